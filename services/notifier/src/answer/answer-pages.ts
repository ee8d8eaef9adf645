// What a person sees who opens the link in a webhook: the alert as the subscription may see it, and one button.

import { sendPlainPage, textOf } from '@tocsin/service-kit/sign-in/plain-page'
import type { FastifyReply } from 'fastify'
import type { VisibleAlert } from '../reader/reader-view.ts'

/** Of the alert, as this subscription is sent it. */
export type LinkedAlert = Pick<VisibleAlert, 'headline' | 'severity' | 'status'>

export interface AnswerOffer {
  readonly token: string
  /** When the alert paged the subscription last: what the button answers. */
  readonly page: string
  /** When somebody of the subscription said last that a human has it, since that page; null: nobody has. */
  readonly said: string | null
  /** The button was pressed on a page that was older than that. */
  readonly isAgain: boolean
}

export function sendAnswerOffer(reply: FastifyReply, alert: LinkedAlert, offer: AnswerOffer): FastifyReply {
  const { token, page, said, isAgain } = offer
  const action = `/answer?token=${encodeURIComponent(token)}&amp;page=${encodeURIComponent(page)}`
  const again = isAgain ? '<p>People were called again since that page was opened. Nothing was recorded: press again.</p>' : ''
  const before = again + (said === null ? '' : `<p>At ${textOf(said)} it was recorded that a human has it.</p>`)
  const form = `<form method="post" action="${action}"><p><button>A human has it</button></p></form>`
  const what =
    '<p>The button tells the officers of the operations centre that somebody of yours has this alert. It takes it from nobody. Until it is pressed, nothing has happened.</p>'
  return sendPlainPage(reply, isAgain ? 409 : 200, 'An alert', statementOf(alert) + before + form + what)
}

export function sendAnswered(reply: FastifyReply, alert: LinkedAlert, at: string): FastifyReply {
  return sendPlainPage(reply, 200, 'Recorded', `${statementOf(alert)}<p>Recorded at ${textOf(at)}: a human has it.</p>`)
}

export function sendAnswerStored(reply: FastifyReply, alert: LinkedAlert): FastifyReply {
  const what = '<p>It is stored, and officers will be told. Open the link again to see that it is recorded.</p>'
  return sendPlainPage(reply, 202, 'Stored', statementOf(alert) + what)
}

/** The alert is closed, or the theatre does not know it any more: nothing was recorded. */
export function sendAlertOver(reply: FastifyReply, alert: LinkedAlert, status: 200 | 409): FastifyReply {
  const what = '<p>The alert is over: nobody needs to have it, and nothing was recorded.</p>'
  return sendPlainPage(reply, status, 'The alert is over', statementOf(alert) + what)
}

/** The same for every token that opens nothing, whatever the reason. */
export function sendAnswerLinkOver(reply: FastifyReply): FastifyReply {
  const what =
    '<p>It was cut, or it has ended: it holds for seven days, and as long as the subscription and its right to the alert.</p>' +
    '<p>Nothing was recorded. Call the operations centre.</p>'
  return sendPlainPage(reply, 404, 'This link opens nothing', what)
}

function statementOf({ headline, severity, status }: LinkedAlert): string {
  return `<p><strong>${textOf(headline)}</strong></p><p>Severity: ${textOf(severity)}. Status: ${textOf(status)}.</p>`
}
