import type { SmallDisk } from './small-disk.ts'
import type { Subject } from './shape.ts'
export const startClusterSubject = async (_folder: string, _disk: SmallDisk | null): Promise<Subject> => {
  throw new Error('not yet')
}
