// Bodies of PUT requests may contain the id that GET shows: the same as in the path, or none.

import { ProblemError } from '@tocsin/contracts/problem/problem-catalogue'

/**
 * Throws `body-invalid` if the body names another id than the path: the request was meant for
 * another resource.
 */
export function checkSameId(id: string, told: unknown, member = 'id'): void {
  if (told === undefined || told === id) return
  const errors = [{ pointer: `/${member}`, detail: 'must be the id in the path, or left out' }]
  throw new ProblemError('body-invalid', 'The body has a different id than the path.', { errors })
}
