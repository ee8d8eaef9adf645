// Chat services.

import { escaped } from '@tocsin/service/http/plain-page'
import { type Answered, type Kind, postJson } from './kind.ts'
import { cutText, type News } from './news.ts'

/** Of a section's text in Slack, characters; 3,000 are allowed, and escaping lengthens. */
const sectionMax = 2_900
const slackExplanationMax = 500
/** A message of Teams may have 28 KB, and one of Telegram 4,096 characters after its tags. */
const headlineMax = 1_000
const explanationMax = 2_000

/**
 * Incoming webhooks with Block Kit. Compatible receivers, such as Mattermost and the `/slack`
 * addresses of Discord, read `text` alone. Source: Slack, "Sending messages using incoming
 * webhooks" and "Formatting message text".
 */
export const slack: Kind = {
  service: 'Slack',
  needs: { url: 'the address of an incoming webhook, https://hooks.slack.com/services/…' },
  isUrlSecret: true,
  hosts: ['hooks.slack.com', 'hooks.slack-gov.com', 'discord.com'],
  render: (news, { url }) => {
    const { change, severity, headline, explanation, alertUrl, answerUrl } = news
    const lines = [`${change} (${severity}): ${escapeMrkdwn(headline)}`, alertUrl]
    if (answerUrl !== null) lines.push(`Acknowledge: ${answerUrl}`)
    const links = news.links.map(({ text, url }) => `<${escapeMrkdwn(url)}|${text}>`)
    const mrkdwn = (text: string) => ({ type: 'mrkdwn', text: cutText(text, sectionMax) })
    const section = (text: string) => (text === '' ? [] : { type: 'section', text: mrkdwn(text) })
    return postJson(url, {
      text: lines.filter(line => line !== null).join('\n'),
      blocks: [
        section(`*${change}*\n${escapeMrkdwn(headline)}`),
        section(escapeMrkdwn(cutText(explanation, slackExplanationMax))),
        { type: 'context', elements: [mrkdwn(news.facts.map(escapeMrkdwn).join(' · '))] },
        section(links.join(' · '))
      ].flat()
    })
  },
  // A code such as `no_service`, with any status.
  readAnswer: answer => {
    const isError = /^[a-z]+(?:_[a-z]+)+$/.test(answer.excerpt.trim())
    return answer.status < 300 && isError ? { ...answer, status: 400 } : answer
  }
}

/** Characters that would begin a link or a mention; a mention of everybody has no brackets. */
function escapeMrkdwn(text: string): string {
  const links = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
  return links.replaceAll('@', '@\u200b')
}

/**
 * The trigger of a workflow, "When a Teams webhook request is received", with an Adaptive Card.
 * Text runs are plain text, so that no headline is read as Markdown. Source: Microsoft, "Create
 * incoming webhooks with Workflows" and "Adaptive Cards schema 1.4".
 */
export const teams: Kind = {
  service: 'Microsoft Teams',
  needs: { url: 'the address of a workflow, as Teams shows it once the workflow is made' },
  isUrlSecret: true,
  hosts: ['logic.azure.com', 'api.powerplatform.com'],
  render: (news, { url }) =>
    postJson(url, {
      type: 'message',
      attachments: [
        {
          contentType: 'application/vnd.microsoft.card.adaptive',
          contentUrl: null,
          content: buildCard(news)
        }
      ]
    })
}

function buildCard({ change, headline, explanation, facts, links, state }: News): object {
  const run = (text: string, style: object) =>
    text === '' ? [] : { type: 'RichTextBlock', inlines: [{ type: 'TextRun', text, ...style }] }
  return {
    $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
    ...{ type: 'AdaptiveCard', version: '1.4', msteams: { width: 'Full' } },
    body: [
      run(change, { weight: 'Bolder', color: state === 'over' ? 'Good' : 'Attention' }),
      run(cutText(headline, headlineMax), { size: 'Large' }),
      run(cutText(explanation, explanationMax), {}),
      run(facts.join(' · '), { isSubtle: true })
    ].flat(),
    actions: links.map(({ text: title, url }) => ({ type: 'Action.OpenUrl', title, url }))
  }
}

/**
 * `sendMessage` of the Bot API, in its HTML. Source: Telegram Bot API, "sendMessage", "HTML style"
 * and "Making requests".
 */
export const telegram: Kind = {
  service: 'Telegram',
  needs: {
    token: 'the token of a bot, as @BotFather gives it',
    chat: 'the chat that the bot writes to: its number, or the @name of a channel'
  },
  urlDefault: 'https://api.telegram.org',
  hosts: ['api.telegram.org'],
  render: (news, { url, token = '', chat }) => {
    const { change, headline, explanation, facts, links } = news
    const lines = [
      `<b>${escaped(change)}</b>`,
      escaped(cutText(headline, headlineMax)),
      escaped(cutText(explanation, explanationMax)),
      escaped(facts.join(' · ')),
      links.map(({ text, url: to }) => `<a href="${escaped(to)}">${text}</a>`).join(' · ')
    ]
    // One segment of the path, for any token text: an administrator vouched for its host.
    const segment = encodeURIComponent(token).replaceAll('%3A', ':')
    return postJson(`${url.replace(/\/$/, '')}/bot${segment}/sendMessage`, {
      chat_id: chat,
      text: lines.filter(line => line !== '').join('\n'),
      parse_mode: 'HTML',
      link_preview_options: { is_disabled: true }
    })
  },
  // `ok: false` with its own code, and the wait that it asks for in the body.
  readAnswer: answer => {
    const { ok, error_code: code, parameters } = readTelegram(answer)
    if (ok !== false) return answer
    const wait = parameters?.retry_after
    return {
      ...answer,
      status: answer.status >= 300 ? answer.status : (code ?? 400),
      retryAfter: wait === undefined ? answer.retryAfter : String(wait)
    }
  }
}

function readTelegram({ excerpt }: Answered): {
  readonly ok?: boolean
  readonly error_code?: number
  readonly parameters?: { readonly retry_after?: number }
} {
  try {
    return JSON.parse(excerpt)
  } catch {
    // The answer to an accepted message repeats the whole message and is cut: only errors are
    // short.
    return {}
  }
}
