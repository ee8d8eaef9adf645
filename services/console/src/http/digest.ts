// What the console asks of the weekly digest.

import type { Digest } from '../shown/answers.ts'
import { type DigestAsk, digestPath } from '../upkeep/digest.ts'
import { type Answer, ask } from './answers.ts'

export function askDigest(asked: DigestAsk): Promise<Answer<Digest>> {
  return ask<Digest>(digestPath(asked))
}
