/** The workspace one was in last, so that the front door leads there. */
import { recall, rememberChoice } from '../ui/looks.ts'

const key = 'floowe-workspace'
export const lastWorkspace = (): string | null => recall(key)
export const rememberWorkspace = (slug: string): void => rememberChoice(key, slug)
