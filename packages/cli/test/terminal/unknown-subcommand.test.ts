// A subcommand that there is none of is answered with one that there is.

import { expect, it } from 'vitest'
import { runTocsin } from '../support/running-suite.ts'

it.each([
  ['alerts ack a1', "error: 'alerts' has no subcommand 'ack' (is acknowledge meant?)"],
  ['alerts asign a1 --to x', "error: 'alerts' has no subcommand 'asign' (is assign meant?)"],
  ['keys crate', "error: 'keys' has no subcommand 'crate' (is create meant?)"],
  ['silences zzzzzz', /^error: 'silences' has no subcommand 'zzzzzz'; there are list, .*create/]
])('%s', async (args, said) => {
  const { code, notes } = await runTocsin(...args.split(' '))
  expect(code).toBe(2)
  expect(notes[0]).toEqual(typeof said === 'string' ? said : expect.stringMatching(said))
})

it('takes options of the list for none', async () => {
  const { notes } = await runTocsin('alerts', '--country', 'ML', '--key-file', '/nowhere')
  expect(notes).toEqual([expect.stringMatching(/^no key in \/nowhere/)])
})
