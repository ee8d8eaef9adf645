// Names of codes that the console shows.

import { ruleDefinitions } from '@tocsin/engine/rules/catalogue'
import { expect, it } from 'vitest'
import { codeNames } from '../../src/admin/console-routes.ts'

it('has a name in each language for every pattern', () => {
  const patterns = [...ruleDefinitions.keys()]
  for (const language of ['en', 'fr'] as const)
    expect(Object.keys(codeNames(language).patterns ?? {})).toEqual(
      expect.arrayContaining(patterns)
    )
})
