// Telegram: `sendMessage` of the Bot API, in its HTML. Source: Telegram Bot API, "sendMessage",
// "HTML style" and "Making requests".

import { type Answered, jsonHeaders, type Kind } from './kind.ts'
import { cutText, listFacts, type News } from './news.ts'

/** Of a message 4,096 characters are allowed, after its tags are parsed. */
const headlineMax = 1_000
const explanationMax = 2_000

export const telegram: Kind = {
  service: 'Telegram',
  needs: {
    token: 'the token of a bot, as @BotFather gives it',
    chat: 'the chat that the bot writes to: its number, or the @name of a channel'
  },
  takes: [],
  urlDefault: 'https://api.telegram.org',
  isUrlSecret: false,
  hosts: ['api.telegram.org'],
  render: (news, { url, token, chat }) => ({
    url: `${url.replace(/\/$/, '')}/bot${writeSegment(token)}/sendMessage`,
    headers: jsonHeaders,
    body: JSON.stringify({
      chat_id: chat,
      text: writeHtml(news),
      parse_mode: 'HTML',
      link_preview_options: { is_disabled: true }
    })
  }),
  readAnswer
}

/** One segment of the path, for any token text: an administrator vouched for its host. */
function writeSegment(token = ''): string {
  return encodeURIComponent(token).replaceAll('%3A', ':')
}

export function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
}

function writeHtml(news: News): string {
  const { change, headline, explanation, alertUrl, answerUrl } = news
  const links = [
    ...(alertUrl === null ? [] : [writeLink(alertUrl, 'Open in Tocsin')]),
    ...(answerUrl === null ? [] : [writeLink(answerUrl, 'Acknowledge')])
  ]
  return [
    `<b>${escapeHtml(change)}</b>`,
    escapeHtml(cutText(headline, headlineMax)),
    escapeHtml(cutText(explanation, explanationMax)),
    escapeHtml(
      listFacts(news)
        .map(([name, value]) => `${name}: ${value}`)
        .join(' · ')
    ),
    links.join(' · ')
  ]
    .filter(line => line !== '')
    .join('\n')
}

function writeLink(url: string, text: string): string {
  return `<a href="${escapeHtml(url)}">${text}</a>`
}

/** `ok: false` with its own code, and the wait that it asks for in the body. */
function readAnswer(answer: Answered): Answered {
  const said = readBody(answer.excerpt)
  if (said.ok !== false) return answer
  const { error_code: code, parameters } = said
  const wait = parameters?.retry_after
  return {
    ...answer,
    status: answer.status >= 300 ? answer.status : (code ?? 400),
    retryAfter: wait === undefined ? answer.retryAfter : String(wait)
  }
}

interface TelegramAnswer {
  readonly ok?: boolean
  readonly error_code?: number
  readonly parameters?: { readonly retry_after?: number }
}

function readBody(text: string): TelegramAnswer {
  try {
    return JSON.parse(text) as TelegramAnswer
  } catch {
    // The answer to an accepted message repeats the whole message and is cut: only errors are
    // short.
    return {}
  }
}
