// What officers and owners write has something to see in it, wherever it is written.

import { expect, it } from 'vitest'
import { Suite } from '../support/http-suite.ts'

const unseen = ['\u200B\u200B', '\u2060 \uFEFF', '\u3164', '\u00AD\n', '\u{E0020}\uFE0F', '   ']
const seen = [
  '\u0645\u06CC\u200C\u062E\u0648\u0627\u0647\u0645',
  '\u{1F469}\u200D\u{1F692}',
  'exercise in Mopti'
]

it('a text of which nothing is seen is refused as a reason, note, name and contact, and one with such characters in it is not', async () => {
  const suite = await Suite.start()
  await suite.h.alerts.write('raised', 'a1')
  const until = new Date(suite.h.clock.nowMs() + 3_600_000).toISOString()
  const { id } = (
    await suite.ask('POST', '/v1/subscriptions', { body: { url: 'https://partner.example/hook' } })
  ).body
  const { id: watch } = (await suite.ask('POST', '/v1/watches', { body: { name: 'desk' } })).body
  const headers = { 'if-match': '999' }
  const asked: Readonly<Record<string, (text: string) => ReturnType<Suite['ask']>>> = {
    '/reason': text =>
      suite.ask('POST', '/v1/silences', {
        body: { reason: text, minutes: 5, filter: { severity: ['minor'] } }
      }),
    '/text': text => suite.ask('POST', '/v1/alerts/a1/comment', { body: { text }, headers }),
    '/note': text =>
      suite.ask('POST', '/v1/alerts/a1/acknowledgement', { body: { note: text }, headers }),
    '/to': text => suite.ask('POST', '/v1/alerts/a1/assignment', { body: { to: text }, headers }),
    '/name': text => suite.ask('POST', '/v1/watches', { body: { name: text } }),
    '/officer': text =>
      suite.ask('POST', `/v1/watches/${watch}/hand-over`, {
        body: { version: 99, officer: text, until, lines: [id] }
      }),
    '/contact': text => suite.ask('PATCH', `/v1/subscriptions/${id}`, { body: { contact: text } })
  }
  for (const [pointer, ask] of Object.entries(asked)) {
    for (const text of unseen) {
      const { status, body } = await ask(text)
      expect(
        [status, body.errors?.map((each: { pointer: string }) => each.pointer)],
        `${pointer} ${escape(text)}`
      ).toEqual([...[422, [pointer]]])
    }
    for (const text of seen) expect((await ask(text)).status, `${pointer} ${text}`).not.toBe(422)
  }
})
