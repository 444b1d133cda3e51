/** E-mail through the operator's server. Without one, `isOn` is false and callers show a link to copy instead. */

export type MailMessage = {
  to: string
  subject: string
  text: string
  html?: string
  /** Without angle brackets, `local@host`. The same for each attempt of one message, so that servers and people see one. */
  messageId?: string
}
/**
 * `not-configured`, `bad-message`: nothing was sent. `refused`: the server said no for good (5xx). `try-later`: 4xx.
 * `unreachable`: no connection, or it ended before the content was sent. `ambiguous`: the content was sent and no answer came.
 */
export type MailCode = 'not-configured' | 'bad-message' | 'refused' | 'try-later' | 'unreachable' | 'ambiguous'
export type MailAnswer = { accepted: true; text: string; messageId: string } | { accepted: false; code: MailCode; text: string }
export type Mail = {
  isOn: boolean
  /** Never throws. */
  send: (message: MailMessage) => Promise<MailAnswer>
  close: () => Promise<void>
}
export type MailOptions = {
  /** smtp://user:password@host:port, or smtps://. */
  url: string | null
  /** `Name <address>` or an address. */
  from: string
  /** Of one message, connection included. Standard 30,000. */
  timeoutMs?: number
}
export declare function createMail(options: MailOptions): Mail
