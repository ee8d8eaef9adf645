// What is told of copying, where there is a clipboard, where it is refused and where there is none,
// as over plain http.

import { afterEach, expect, it } from 'vitest'
import { copy } from '../../src/http/clipboard.ts'

const said = { done: 'Copied', not: 'Not copied' }

function theClipboardIs(clipboard: object | undefined): void {
  Object.defineProperty(navigator, 'clipboard', { value: clipboard, configurable: true })
}
afterEach(() => theClipboardIs(undefined))

it('says that it was copied, once it was', async () => {
  let held = ''
  theClipboardIs({
    writeText: async (text: string) => {
      held = text
    }
  })
  expect([await copy('a link', said), held]).toEqual([said.done, 'a link'])
})

it.each([
  [
    'is refused',
    { writeText: () => Promise.reject(new DOMException('not allowed', 'NotAllowedError')) }
  ],
  ['is not there', undefined]
])('says that it was not where the clipboard %s', async (_, clipboard) => {
  theClipboardIs(clipboard)
  expect(await copy('a link', said)).toBe(said.not)
})
