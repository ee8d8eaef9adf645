// Slack: incoming webhooks with Block Kit. Compatible receivers, such as Mattermost and the `/slack`
// addresses of Discord, read `text` alone. Source: Slack, "Sending messages using incoming
// webhooks" and "Formatting message text".

import { type Answered, jsonHeaders, type Kind } from './kind.ts'
import { cutText, listFacts, type News } from './news.ts'

/** Of a section's text, characters; 3,000 are allowed, and escaping lengthens. */
const sectionMax = 2_900
const explanationMax = 500

export const slack: Kind = {
  service: 'Slack',
  needs: { url: 'the address of an incoming webhook, https://hooks.slack.com/services/…' },
  takes: [],
  isUrlSecret: true,
  hosts: ['hooks.slack.com', 'hooks.slack-gov.com', 'discord.com'],
  render: (news, { url }) => ({
    url,
    headers: jsonHeaders,
    body: JSON.stringify({ text: writeFallback(news), blocks: listBlocks(news) })
  }),
  readAnswer
}

/** Characters that would begin a link or a mention; a mention of everybody has no brackets. */
export function escapeMrkdwn(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('@', '@\u200b')
}

function writeFallback({ change, severity, headline, alertUrl, answerUrl }: News): string {
  const lines = [`${change} (${severity}): ${escapeMrkdwn(headline)}`, alertUrl]
  if (answerUrl !== null) lines.push(`Acknowledge: ${answerUrl}`)
  return lines.filter(line => line !== null).join('\n')
}

function listBlocks(news: News): readonly object[] {
  const { change, headline, explanation, alertUrl, answerUrl } = news
  const links = [
    ...(alertUrl === null ? [] : [`<${escapeMrkdwn(alertUrl)}|Open in Tocsin>`]),
    ...(answerUrl === null ? [] : [`<${escapeMrkdwn(answerUrl)}|Acknowledge>`])
  ]
  const facts = listFacts(news).map(([name, value]) => `${name}: ${escapeMrkdwn(value)}`)
  const title = cutEscaped(`*${change}*\n${escapeMrkdwn(headline)}`)
  const sections = [title, escapeMrkdwn(cutText(explanation, explanationMax))]
  return [
    ...sections.filter(text => text !== '').map(text => section(text)),
    { type: 'context', elements: [{ type: 'mrkdwn', text: cutEscaped(facts.join(' · ')) }] },
    ...(links.length === 0 ? [] : [section(links.join(' · '))])
  ]
}

function section(text: string): object {
  return { type: 'section', text: { type: 'mrkdwn', text } }
}

function cutEscaped(text: string): string {
  return cutText(text, sectionMax)
}

/** A code such as `no_service`, with any status. */
function readAnswer(answer: Answered): Answered {
  const isError = /^[a-z]+(?:_[a-z]+)+$/.test(answer.excerpt.trim())
  return answer.status < 300 && isError ? { ...answer, status: 400 } : answer
}
