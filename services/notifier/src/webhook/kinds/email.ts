// Mail by SMTP: plain text, one thread for each alert. Source: RFC 5322, RFC 3834 and RFC 6409.

import { writeDigest, writeDigestTitle } from './digest-news.ts'
import type { Kind, KindRequest, KindSettings } from './kind.ts'
import { cutText } from './news.ts'

const subjectMax = 200

export const email: Kind = {
  service: 'a mail server that asks for a login',
  needs: {
    url: 'the mail server, smtps://user:password@mail.example or smtp://… with STARTTLS',
    to: 'the addresses of the recipients',
    sender: 'the address that the mails come from'
  },
  isUrlSecret: true,
  isMail: true,
  hosts: [],
  // A server that accepts a login has agreed; other ports may belong to other services.
  isKnown: ({ username, password, port }) =>
    username !== '' && password !== '' && ['465', '587'].includes(port),
  render: (news, settings) => {
    const { eventId, severity, change, headline, explanation, alertId, state } = news
    const links = news.links.map(({ text, url }) => `${text}: ${url}`)
    const parts = [`${change}: ${headline}`, explanation, news.facts.join('\n'), links.join('\n')]
    return writeMail(settings, {
      ...{ eventId, thread: `alert.${alertId}` },
      subject: `[${severity}] ${change}: ${headline}`,
      isUrgent: severity === 'extreme' && state === 'open',
      body: parts.filter(part => part !== '').join('\n\n')
    })
  },
  renderDigest: ({ eventId, digest, publicUrl }, settings) =>
    writeMail(settings, {
      ...{ eventId, thread: `digest.${digest.theatre}` },
      subject: writeDigestTitle(digest),
      isUrgent: false,
      body: writeDigest(digest, publicUrl)
    })
}

interface Mail {
  readonly eventId: string
  /** Shared by all mails in a thread. */
  readonly thread: string
  readonly subject: string
  readonly isUrgent: boolean
  readonly body: string
}

function writeMail(
  { url, to = [], sender = '' }: KindSettings,
  { eventId, thread, subject, isUrgent, body }: Mail
): KindRequest {
  const domain = sender.slice(sender.lastIndexOf('@') + 1)
  return {
    url,
    headers: {
      from: joinLines(sender),
      to: to.map(joinLines).join(', '),
      subject: cutText(joinLines(subject), subjectMax),
      // The same at each attempt, so that a server can recognise a repeat.
      'message-id': `<${eventId}@${domain}>`,
      references: `<${thread}@${domain}>`,
      'auto-submitted': 'auto-generated',
      importance: isUrgent ? 'high' : 'normal'
    },
    bodies: [body]
  }
}

/** Removes line ends: text after one would become a separate header. */
function joinLines(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  return text.replace(/[\u0000-\u001f\u007f\u0085\u2028\u2029]+/g, ' ')
}
