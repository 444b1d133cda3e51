import { Drawer, Modal } from '@mantine/core'
import type { DialogProps } from './Dialog.tsx'
import { useSurroundings } from './surroundings.tsx'

export function DialogBody({ isOpen, onClose, title, size = 480, children }: DialogProps) {
  const { words } = useSurroundings()
  return (
    <Modal
      opened={isOpen}
      onClose={onClose}
      title={title}
      size={size}
      returnFocus={false}
      closeButtonProps={{ 'aria-label': words.close }}
    >
      {children}
    </Modal>
  )
}

export function SidePanelBody({ isOpen, onClose, title, size = 420, children }: DialogProps) {
  const { words } = useSurroundings()
  return (
    <Drawer
      opened={isOpen}
      onClose={onClose}
      title={title}
      size={size}
      returnFocus={false}
      closeButtonProps={{ 'aria-label': words.close }}
    >
      {children}
    </Drawer>
  )
}
