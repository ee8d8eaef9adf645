// Checks frames, server-sent events and webhooks against the AsyncAPI document: every required member, and no undocumented one.

import { componentSchemas } from '@tocsin/contracts/answer/components'
import { type AsyncApiDocument, buildAsyncDocument } from '@tocsin/contracts/asyncapi/document'
import type { JsonSchema } from '@tocsin/contracts/format/format'
import { DocumentedAnswers } from './documented-answers.ts'

const surfaces = [
  { method: 'GET', url: '/v1/stream' },
  { method: 'GET', url: '/v1/events' },
  { method: 'POST', url: '/v1/subscriptions' }
] as const

let made: { readonly document: AsyncApiDocument; readonly schemas: DocumentedAnswers } | null = null

function readDocument(): NonNullable<typeof made> {
  if (made !== null) return made
  const document = buildAsyncDocument(surfaces, '0')
  // Of server-sent events the OpenAPI document has the lines as a whole.
  const schemas = { ...componentSchemas, ...document.components.schemas }
  made = { document, schemas: new DocumentedAnswers({ paths: {}, components: { schemas } }) }
  return made
}

/** Faults of a value by a message of the document, as sentences. */
function findMessageFaults(
  channel: string,
  message: string,
  value: unknown,
  part: 'payload' | 'headers' = 'payload'
): readonly string[] {
  const { document, schemas } = readDocument()
  const found = document.channels[channel]?.messages[message]?.[part] as JsonSchema | undefined
  if (found === undefined) return [`the channel ${channel} has no message ${message}`]
  const name = String(found.$ref).replace('#/components/schemas/', '')
  return schemas.findPartFaults(name, value).map(fault => `${name}: ${fault}`)
}

/** A server-sent event as it came: only the lines that it had. `data` is its text. */
export interface EventLines {
  readonly event: string
  readonly data: string
  readonly id?: string
  readonly retry?: number
}

/** Faults of a server-sent event and of its data, as sentences. */
export function checkEvent(lines: EventLines): readonly string[] {
  const ofLines = readDocument().schemas.findPartFaults('ServerSentEvent', lines)
  return [
    ...ofLines.map(fault => `ServerSentEvent: ${fault}`),
    ...findMessageFaults('events', lines.event, JSON.parse(lines.data))
  ]
}

/** Faults of a frame of the stream, as sentences. */
export function checkFrame(frame: { readonly type: string }): readonly string[] {
  return findMessageFaults('stream', frame.type, frame)
}

/** Faults of a webhook, as sentences. Headers that are not those of webhooks are passed over. */
export function checkWebhook(
  headers: Readonly<Record<string, unknown>>,
  body: string
): readonly string[] {
  const event = JSON.parse(body) as { readonly type?: unknown }
  const message = /^tocsin\.webhook\.(.+)\.v1$/.exec(String(event.type))?.[1] ?? 'delivery'
  const ours = Object.fromEntries(
    Object.entries(headers).filter(([name]) => name.startsWith('webhook-'))
  )
  const contentType = readDocument().document.channels.webhooks?.messages[message]?.contentType
  const typed =
    headers['content-type'] === contentType
      ? []
      : [`the content type is ${headers['content-type']}`]
  return [
    ...typed,
    ...findMessageFaults('webhooks', message, ours, 'headers'),
    ...findMessageFaults('webhooks', message, event)
  ]
}
