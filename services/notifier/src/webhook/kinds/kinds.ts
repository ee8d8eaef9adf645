// All kinds of destinations other than `webhook`, and what a subscription of each must be given.

import {
  type DestinationKind,
  kindOwnSettings,
  type SubscriptionAsk
} from '@tocsin/contracts/subscription/subscription-settings'
import { alertmanager } from './alertmanager.ts'
import { email } from './email.ts'
import type { Kind } from './kind.ts'
import { pagerduty } from './pagerduty.ts'
import { slack } from './slack.ts'
import { teams } from './teams.ts'
import { telegram } from './telegram.ts'

const kinds: Readonly<Record<Exclude<DestinationKind, 'webhook'>, Kind>> = {
  slack,
  teams,
  telegram,
  pagerduty,
  email,
  alertmanager
}

/** What names its kind; left out: a webhook. */
export interface Kinded {
  readonly kind?: DestinationKind | undefined
}

/** The kind of a subscription; null: a webhook. */
export function findKind({ kind }: Kinded): Kind | null {
  return kind === undefined || kind === 'webhook' ? null : kinds[kind]
}

export interface DestinationFault {
  /** JSON pointer. */
  readonly pointer: string
  readonly detail: string
}

/** Whether everybody who knows an address of this kind may send there. */
export function needsNoConsent({ hosts, isKnown }: Kind, text: string): boolean {
  const url = URL.parse(text)
  if (url === null) return false
  return hosts.some(end => isBelow(url.hostname, end)) || isKnown?.(url) === true
}

/** Addresses that no kind takes as they are. */
const otherAdvice: Readonly<Record<string, string>> = {
  'webhook.office.com':
    'Microsoft has retired the connectors at this address: make a workflow in Teams, and use kind teams with its address',
  'discord.com':
    'this is an address of Discord: use kind slack, with /slack appended to the address'
}

/** What to use for the address of a service that was given for a webhook; null: it may be one. */
export function adviseKind(settings: Kinded, url: string): string | null {
  const { hostname, pathname } = new URL(url)
  const kind = findKind(settings)
  const [, advice] = Object.entries(otherAdvice).find(([end]) => isBelow(hostname, end)) ?? []
  if (advice !== undefined && !(kind === slack && pathname.endsWith('/slack'))) return advice
  if (kind !== null) return null
  const [name, other] = Object.entries(kinds).find(([, each]) => needsNoConsent(each, url)) ?? []
  return other === undefined
    ? null
    : `this is an address of ${other.service}, which takes no webhooks of ours: use kind ${name}`
}

function isBelow(host: string, end: string): boolean {
  return host === end || host.endsWith(`.${end}`)
}

function isEmpty(value: unknown): boolean {
  return (
    value === undefined ||
    value === null ||
    value === '' ||
    value === false ||
    (Array.isArray(value) && value.length === 0)
  )
}

/** Settings of webhooks that the other kinds have no form for. */
const ofWebhooks = ['fallbackUrl', 'heartbeatSeconds', 'notices', 'digest'] as const

function computeTakes(kind: Kind | null): readonly string[] {
  if (kind === null) return ['body', ...ofWebhooks]
  return kind.renderDigest === undefined ? kind.takes : [...kind.takes, 'digest']
}

/** What is missing for a kind, and what it has no use for. Pure. */
export function findDestinationFaults(asked: Partial<SubscriptionAsk>): DestinationFault[] {
  const kind = findKind(asked)
  const given = new Set(
    Object.entries(asked)
      .filter(([, value]) => !isEmpty(value))
      .map(([name]) => name)
  )
  const needs: Kind['needs'] = kind?.needs ?? { url: 'the address of the endpoint' }
  const takes = new Set([...Object.keys(needs), ...computeTakes(kind), 'url'])
  const missing = Object.entries(needs)
    .filter(([name]) => !given.has(name))
    .map(([name, what]) => ({
      pointer: `/${name}`,
      detail: `is missing: kind ${asked.kind ?? 'webhook'} needs ${what}`
    }))
  const useless = [...kindOwnSettings, ...ofWebhooks]
    .filter(name => given.has(name) && !takes.has(name))
    .map(name => ({
      pointer: `/${name}`,
      detail: `has no use for kind ${asked.kind ?? 'webhook'}: leave it out`
    }))
  return [...missing, ...useless]
}
