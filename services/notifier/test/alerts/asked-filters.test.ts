// A filter with a country or a pattern that does not exist is refused by every reader: an empty
// answer would look like quiet.

import { describe, expect, it } from 'vitest'
import { Suite } from '../support/http-suite.ts'
import { settle } from '../support/manual-clock.ts'
import { subscribe } from '../support/streaming.ts'

const readers = [
  '/v1/alerts?',
  '/v1/feed?',
  '/v1/events?',
  '/v1/cap.atom?',
  '/v1/export?kind=alerts&format=csv&'
]
const incidentReaders = ['/v1/incidents?', '/v1/export?kind=incidents&format=csv&']
const wrong = [
  ['country', 'ZZ', 'is not an ISO 3166-1 alpha-2 code: ZZ'],
  ['country', 'ML,mali', 'is not an ISO 3166-1 alpha-2 code: mali'],
  ['country', 'ml', 'is not an ISO 3166-1 alpha-2 code: ml'],
  ['pattern', 'front,seige', 'is not a pattern: seige; is siege meant?']
] as const

describe('a filter that no alert can match', () => {
  it.each([
    ...readers.flatMap(url =>
      wrong.map(([name, values, detail]) => [url, name, values, detail] as const)
    ),
    ...incidentReaders.map(url => [url, wrong[0][0], wrong[0][1], wrong[0][2]] as const)
  ])('is refused by %s%s=%s', async (url, name, values, detail) => {
    const suite = await Suite.start()
    const answer = await suite.ask('GET', `${url}${name}=${values}`)
    expect(answer).toMatchObject({
      status: 400,
      body: { code: 'query-invalid', errors: [{ pointer: name, detail }] }
    })
  })

  it.each(wrong)(
    'ends a stream that asks for %s=%s with 4500, which names it',
    async (name, values, detail) => {
      const suite = await Suite.start()
      const { session, socket } = suite.h.connect()
      session.receive(subscribe('latest', { [name]: values.split(',') }))
      await settle()
      expect(socket.closed?.code).toBe(4500)
      const at = values.split(',').length - 1
      expect(socket.frames.at(-1)).toMatchObject({
        detail: `the filter is invalid: /${name}/${at} ${detail}`
      })
    }
  )

  it.each(wrong)('makes no subscription for %s=%s', async (name, values, detail) => {
    const suite = await Suite.start()
    const body = { url: 'https://partner.example/hook', filter: { [name]: values.split(',') } }
    const pointer = `/filter/${name}/${values.split(',').length - 1}`
    expect(await suite.ask('POST', '/v1/subscriptions', { body })).toMatchObject({
      status: 422,
      body: { code: 'body-invalid', errors: [{ pointer, detail }] }
    })
  })

  it('is answered where a refusal would tell which theatres, rules and areas there are', async () => {
    const suite = await Suite.start()
    for (const query of ['theatre=nowhere', 'ruleId=nothing', 'admin1=ML-99'])
      expect((await suite.ask('GET', `/v1/alerts?${query}`)).body).toMatchObject({
        items: [],
        next: null
      })
  })

  it('is none of a building block, a pattern over findings, or one that runs on request', async () => {
    const suite = await Suite.start()
    const answer = await suite.ask(
      'GET',
      '/v1/alerts?pattern=count,compound-crisis,rare-count&country=XK,SS'
    )
    expect(answer).toMatchObject({ status: 200, body: { items: [] } })
  })
})
