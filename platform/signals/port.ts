/**
 * Hints between the processes of one installation: something changed, look. Never the truth: a hint may be lost or come twice,
 * so whoever hears has a place to look, and looks anew when hints may have been missed.
 */
export type Signals = {
  /**
   * To all who hear the topic, in this process and the others, in the order they were sent here. Never throws: a hint that
   * cannot be sent is one that was missed. Topics have 1 to 100 characters `a-z 0-9 . -`, a text at most 64 kB.
   */
  send: (topic: string, text: string) => void
  /**
   * `missed` is called when hints may have been lost: the connection was away and is back. Resolves when hints are heard;
   * the returned function ends it. What a hearer throws is logged and reaches nobody.
   */
  hear: (topic: string, hearer: Hearer) => Promise<() => void>
  /** False while hints of other processes do not come. */
  isConnected: () => boolean
  close: () => Promise<void>
}
export type Hearer = { heard: (text: string) => void; missed: () => void }
