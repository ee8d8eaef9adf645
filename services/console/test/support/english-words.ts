// All words in English, for tests that read what the console writes.

import { readdirSync } from 'node:fs'
import { loadWords, type Part } from '../../src/words/words.ts'

const files = readdirSync(new URL('../../src/words/en', import.meta.url)).filter(name =>
  name.endsWith('.ts')
)
await loadWords(...files.map(name => name.slice(0, -3) as Part))
