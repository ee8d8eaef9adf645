// Where a subscription goes, as it is typed: its kind, and what that kind needs. Pure.

import type { Subscription } from '../shown/answers.ts'
import { bodyOf, typedFrom } from './typed-fields.ts'

export interface DestinationDraft {
  /** `webhook`, or a service. */
  readonly kind: string
  readonly token: string
  readonly routingKey: string
  readonly chat: string
  /** Addresses separated by commas. */
  readonly to: string
  readonly sender: string
}

export type DestinationField = Exclude<keyof DestinationDraft, 'kind'>

/** The fields of each kind that this form offers. */
export const kindFields: Readonly<Record<string, readonly DestinationField[]>> = {
  webhook: [],
  slack: [],
  teams: [],
  telegram: ['token', 'chat'],
  pagerduty: ['routingKey'],
  email: ['to', 'sender'],
  alertmanager: ['token']
}

/** Kinds with an address of their own; the others go to that of their service. */
export const hasAddress = (kind: string): boolean => kind !== 'telegram' && kind !== 'pagerduty'

/** Kinds with heartbeats. */
export const hasHeartbeats = (kind: string): boolean =>
  kind === 'webhook' || kind === 'alertmanager'

export const blankDestination: DestinationDraft = {
  ...{ kind: 'webhook', token: '', routingKey: '', chat: '', to: '', sender: '' }
}

const destinationKinds = {
  ...({ token: 'text', routingKey: 'text', chat: 'text', to: 'list', sender: 'text' } as const)
}

/** The draft of a change. Secrets are never shown: an empty one stays as it is. */
export function draftOfDestination({ kind = 'webhook', ...held }: Subscription): DestinationDraft {
  return { kind, ...typedFrom(held, destinationKinds), token: '', routingKey: '' }
}

/** The members of the body to send; none for a webhook. */
export function bodyOfDestination(draft: DestinationDraft): Readonly<Record<string, unknown>> {
  const { kind } = draft
  if (kind === 'webhook') return {}
  const own = (kindFields[kind] ?? []).map(name => [name, destinationKinds[name]])
  return { kind, ...bodyOf(draft, Object.fromEntries(own)) }
}
