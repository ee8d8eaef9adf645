// A policy that a stream is asked for, held to the schema of a subscription's and to what a stream
// can decide.

import { type FieldError, ProblemError } from '@tocsin/contracts/problem/problem-catalogue'
import { checkPolicyShape } from '@tocsin/contracts/report/report-shape'
import { faultOfCoursePolicy } from '@tocsin/domain/notification/alert-course'
import { type NotificationPolicy, policyOf } from '@tocsin/domain/notification/notification-policy'

export type AskedPolicy =
  | { readonly ok: true; readonly policy: NotificationPolicy }
  /** Pointers are below the policy. */
  | { readonly ok: false; readonly policy?: undefined; readonly errors: readonly FieldError[] }

/** The whole policy, with the defaults of what was left out. Never throws. */
export function askedStreamPolicy(value: unknown): AskedPolicy {
  const shaped = checkPolicyShape(value)
  if (!shaped.ok) return { ok: false, errors: shaped.errors }
  const policy = policyOf(shaped.report)
  const fault = 'pointer' in policy ? policy : faultOfCoursePolicy(policy)
  return fault !== null
    ? { ok: false, errors: [fault] }
    : { ok: true, policy: policy as NotificationPolicy }
}

/** A policy in a query: JSON, characters. */
export const policyText = { type: 'string', minLength: 1, maxLength: 2_000 } as const

/** Throws ProblemError `query-invalid`, which names each fault. */
export function policyInQuery(text: string): NotificationPolicy {
  const asked = askedStreamPolicy(jsonOf(text))
  if (asked.ok) return asked.policy
  const errors = asked.errors.map(({ pointer, detail }) => ({
    pointer: `policy${pointer}`,
    detail
  }))
  throw new ProblemError('query-invalid', 'The policy is invalid.', { errors })
}

/** Undefined, which is no policy, if it is no JSON. */
function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
