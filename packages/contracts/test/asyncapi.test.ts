// The AsyncAPI document: the schemas that frames are held to, every close code, only what a process
// serves.

import { describe, expect, it } from 'vitest'
import { componentSchemas } from '../src/answer/components.ts'
import { eventDataSchemas, serverFrameSchemas } from '../src/answer/stream-frames.ts'
import { closeCodes } from '../src/asyncapi/close-codes.ts'
import { buildAsyncDocument } from '../src/asyncapi/document.ts'

const stream = { method: 'GET', url: '/v1/stream' }
const events = { method: 'GET', url: '/v1/events' }
const webhooks = { method: 'POST', url: '/v1/subscriptions' }
const document = buildAsyncDocument([stream, events, webhooks], '1')

describe('the AsyncAPI document', () => {
  it('contains the very schemas that frames and events are held to', () => {
    const { schemas } = document.components
    for (const [name, schema] of Object.entries(schemas))
      expect([name, schema]).toEqual([name, componentSchemas[name]])
    const named = [
      ...Object.keys(serverFrameSchemas),
      ...Object.keys(eventDataSchemas),
      'WebhookEvent',
      'WebhookHeaders'
    ]
    expect(named.filter(name => !(name in schemas))).toEqual([])
  })

  it('names every close code, and says of each whether to reconnect', () => {
    const codes = document.channels.stream?.['x-close-codes'] as readonly {
      code: number
      meaning: string
      reconnect: boolean
    }[]
    const ours = codes.filter(({ code }) => code >= 4000)
    expect(Object.fromEntries(ours.map(({ code, meaning }) => [code, meaning]))).toEqual(closeCodes)
    expect(ours.filter(({ code, reconnect }) => reconnect !== code < 4500)).toEqual([])
    expect(codes.filter(({ code, reconnect }) => code < 4000 && reconnect)).toEqual([])
  })

  it('has only what the process serves', () => {
    expect(Object.keys(buildAsyncDocument([webhooks], '1').channels)).toEqual(['webhooks'])
    const { channels, operations, components } = buildAsyncDocument(
      [{ method: 'POST', url: '/v1/reports' }],
      '1'
    )
    expect([channels, operations, components.schemas]).toEqual([{}, {}, {}])
  })
})
