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

const textBytesMax = 64 * 1024

/** @throws RangeError */
export function checkTopic(topic: string): void {
  if (!/^[a-z0-9.-]{1,100}$/.test(topic)) throw new RangeError(`not a topic: ${topic.slice(0, 120)}`)
}

/** For adapters: why this hint cannot be sent, or null. */
export function problemOfHint(topic: string, text: string): RangeError | null {
  if (Buffer.byteLength(text) > textBytesMax) return new RangeError(`a hint of ${text.length} characters is too long`)
  try {
    checkTopic(topic)
    return null
  } catch (error) {
    return error as RangeError // nothing else is thrown there
  }
}
