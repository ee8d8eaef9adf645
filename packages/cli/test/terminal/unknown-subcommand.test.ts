// A subcommand that there is none of is answered with one that there is.

import { expect, it } from 'vitest'
import { runTocsin } from '../support/running-suite.ts'

it.each([
  ['alerts sho a1', "error: 'alerts' has no subcommand 'sho' (is show meant?)"],
  ['theatres set-tmie x --to y', /no subcommand 'set-tmie' \(is set-time meant\?\)$/],
  ['keys crate', "error: 'keys' has no subcommand 'crate' (is create meant?)"],
  ['alerts told-by', /^error: 'alerts' has no subcommand 'told-by'; there are list, show$/]
])('%s', async (args, said) => {
  const { code, notes } = await runTocsin(...args.split(' '))
  expect(code).toBe(2)
  expect(notes[0]).toEqual(typeof said === 'string' ? said : expect.stringMatching(said))
})

it('takes options of the list for none', async () => {
  const { notes } = await runTocsin('alerts', '--country', 'ML', '--key-file', '/nowhere')
  expect(notes).toEqual([expect.stringMatching(/^no key in \/nowhere/)])
})
