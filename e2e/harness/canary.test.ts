// The search for private content finds it in every encoding in which it could leak.

import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { makeTempDir, removeDir } from '@tocsin/testing/process/temp-dir'
import { expect, it } from 'vitest'
import { Canary } from './canary.ts'

const canary = new Canary('Quarzibarnix')

it.each([
  ['plain', 'told by Quarzibarnix.'],
  ['plain', 'QUARZIBARNIX'],
  ['utf16le', Buffer.from('a Quarzibarnix', 'utf16le')],
  ['utf16be', Buffer.from('a Quarzibarnix', 'utf16le').swap16()],
  ['hex', Buffer.from('xQuarzibarnixy').toString('hex')],
  ['base64+0', Buffer.from('Quarzibarnix and more').toString('base64')],
  ['base64+1', Buffer.from('1Quarzibarnix and more').toString('base64url')],
  ['base64+2', Buffer.from('12Quarzibarnix and more').toString('base64')],
  ['percent', '%51%75%61%72%7A%69%62%61%72%6E%69%78'],
  [
    'json-escapes',
    '\\u0051\\u0075\\u0061\\u0072\\u007a\\u0069\\u0062\\u0061\\u0072\\u006e\\u0069\\u0078'
  ]
])('is found as %s', (form, haystack) => {
  expect(canary.formsIn(haystack)).toContain(form)
})

it('is not found in other text', () => {
  expect(canary.formsIn('Quarzibarni x, and all the rest')).toEqual([])
})

it('is found in files of folders below', async () => {
  const folder = await makeTempDir()
  mkdirSync(join(folder, 'a', 'b'), { recursive: true })
  writeFileSync(
    join(folder, 'a', 'b', 'c.bin'),
    Buffer.concat([Buffer.alloc(9000), Buffer.from('Quarzibarnix')])
  )
  writeFileSync(join(folder, 'clean'), 'nothing')
  expect(canary.filesIn(folder)).toEqual([`${join(folder, 'a', 'b', 'c.bin')}: plain`])
  await removeDir(folder)
})
