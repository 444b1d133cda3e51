/** A post as people will see it on its network: its words, pictures, card and first comment, laid out as they are there. */
import type { Network, Post, PostMedia } from '@floowe/contracts/networks'
import { ChatPost } from './ChatPost.tsx'
import { FeedPost } from './FeedPost.tsx'
import { ThreadPost } from './ThreadPost.tsx'
import { isPostNetwork, type PostNetwork, traits } from './traits.ts'

type Props = {
  post: Post
  network: Network
  /** As the network calls it: a handle, a name. */
  account: string
  /** What it is called here; stands before a handle. */
  name?: string
  /** When it goes out; left out: now. */
  at?: string | null
  /** Where a picture of ours can be had; null: nowhere, undefined: not known yet. */
  addressOf: (picture: PostMedia) => string | null | undefined
}
export type Shown = Omit<Props, 'network'> & { network: PostNetwork }

const forms = { thread: ThreadPost, feed: FeedPost, chat: ChatPost }

/** Nothing for networks of whole texts. */
export function PostShown({ network, ...rest }: Props) {
  if (!isPostNetwork(network)) return null
  const Form = forms[traits[network].form]
  return <Form network={network} {...rest} />
}
