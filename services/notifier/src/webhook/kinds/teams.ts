// Microsoft Teams: the trigger of a workflow, "When a Teams webhook request is received", with an
// Adaptive Card. Text runs are plain text, so that no headline is read as Markdown. Source:
// Microsoft, "Create incoming webhooks with Workflows" and "Adaptive Cards schema 1.4".

import { jsonHeaders, type Kind } from './kind.ts'
import { cutText, listFacts, type News } from './news.ts'

/** A message may have 28 KB. */
const headlineMax = 1_000
const explanationMax = 2_000

export const teams: Kind = {
  service: 'Microsoft Teams',
  needs: { url: 'the address of a workflow, as Teams shows it once the workflow is made' },
  takes: [],
  isUrlSecret: true,
  hosts: ['logic.azure.com', 'api.powerplatform.com'],
  render: (news, { url }) => ({
    url,
    headers: jsonHeaders,
    body: JSON.stringify({
      type: 'message',
      attachments: [
        {
          contentType: 'application/vnd.microsoft.card.adaptive',
          contentUrl: null,
          content: buildCard(news)
        }
      ]
    })
  })
}

function buildCard(news: News): object {
  const { change, headline, explanation, alertUrl, answerUrl } = news
  const facts = listFacts(news).map(([name, value]) => `${name}: ${value}`)
  const actions = [
    ...(alertUrl === null ? [] : [openUrl('Open in Tocsin', alertUrl)]),
    ...(answerUrl === null ? [] : [openUrl('Acknowledge', answerUrl)])
  ]
  return {
    $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
    type: 'AdaptiveCard',
    version: '1.4',
    msteams: { width: 'Full' },
    body: [
      writeText(change, { weight: 'Bolder', color: news.state === 'over' ? 'Good' : 'Attention' }),
      writeText(cutText(headline, headlineMax), { size: 'Large' }),
      ...(explanation === '' ? [] : [writeText(cutText(explanation, explanationMax))]),
      writeText(facts.join(' · '), { isSubtle: true })
    ],
    ...(actions.length === 0 ? {} : { actions })
  }
}

function writeText(text: string, style: object = {}): object {
  return { type: 'RichTextBlock', inlines: [{ type: 'TextRun', text, ...style }] }
}

function openUrl(title: string, url: string): object {
  return { type: 'Action.OpenUrl', title, url }
}
