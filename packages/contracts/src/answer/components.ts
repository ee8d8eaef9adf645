// The named schemas of the document: those that validate reports and records, with references in
// OpenAPI's form, and those of answers.

import { filterBody, filterSchema } from '../alert/alert-filter.ts'
import { digestFormat } from '../alert/digest.ts'
import {
  componentPrefix,
  type Format,
  type JsonSchema,
  makeDefinition,
  makeShown,
  type Properties
} from '../format/format.ts'
import { toCanonicalJson } from '../json/canonical-json.ts'
import { subscriptionSettings } from '../subscription/subscription-settings.ts'
import { linePattern, textPattern } from '../theatre/written-text.ts'
import { alertSchemas } from './alerts.ts'
import { problemSchemas } from './problems.ts'
import { publishedSchemas, toPortablePattern } from './published-schemas.ts'
import { streamFrameSchemas } from './stream-frames.ts'
import { webhookSchemas } from './webhook-schemas.ts'

const wholeSchemas: Readonly<Record<string, JsonSchema>> = {
  ...publishedSchemas,
  ...problemSchemas,
  ...alertSchemas,
  ...streamFrameSchemas,
  ...webhookSchemas,
  Digest: digestFormat
}

// Parts that several schemas of the document have, as components of their own: a reference takes the
// place of each equal part. They validate no data; routes have whole schemas.

const policyBody: JsonSchema = subscriptionSettings.policy.taken.optional

const filterParts = filterSchema.properties as Readonly<
  Record<'category' | 'polygon' | 'circle' | 'pattern', JsonSchema>
>

/** By component name: the part, or where it is found: a schema, and members within it. */
const parts: Readonly<Record<string, string | JsonSchema>> = {
  Handling: 'Handling',
  Severity: 'AlertStatement.severity',
  AlertStatus: 'AlertStatement.status',
  Certainty: 'AlertStatement.certainty',
  AlertOperator: 'AlertStatement.operator',
  OfficerResponse: 'AlertStatement.operator.responses.first',
  AlertArea: 'AlertStatement.area',
  AlertWindow: 'AlertStatement.window',
  AlertLevel: 'AlertStatement.levels.items',
  AlertAction: 'AlertStatement.action',
  AlertMeasure: 'AlertStatement.measure',
  PreviewedAlert: 'RulePreview.theatres.appear.items',
  Measure: 'RulePreview.theatres.appear.measure',
  IncidentPlace: 'Incident.place',
  IncidentJoin: 'Incident.joins.items',
  PlaceNear: 'Place.near',
  ProblemCode: 'Problem.code',
  ReportSuperseded: 'ReportAccepted.superseded',
  HoldReason: 'Delivery.held.reason',
  DeliveryHeld: 'Delivery.held',
  DeliveryWaited: 'Delivery.waited',
  ReminderHeld: 'Delivery.repeatHeld',
  Because: 'Delivery.because',
  Filter: filterSchema,
  FilterBody: filterBody,
  FilterCategory: filterParts.category,
  FilterPolygon: filterParts.polygon,
  FilterCircle: filterParts.circle,
  FilterNames: filterParts.pattern,
  FilterNamesBody: (filterBody.properties as Properties).pattern as JsonSchema,
  SubscriptionPolicy: 'Subscription.policy',
  SubscriptionPolicyBody: policyBody,
  QuietHours: 'Subscription.policy.quietHours',
  QuietHoursBody: (policyBody.properties as Properties).quietHours as JsonSchema,
  SubscriptionConsent: 'Subscription.consent',
  SubscriptionFallback: 'Subscription.fallback',
  SubscriptionWarnings: 'Subscription.warnings',
  KeyScopes: 'KeyShown.scopes',
  KeyLimits: 'KeyShown.limits',
  Note: { type: ['string', 'null'], maxLength: 4000, pattern: toPortablePattern(textPattern) },
  Name: {
    type: 'string',
    minLength: 1,
    maxLength: 200,
    pattern: toPortablePattern(linePattern)
  }
}

/** A part without its description, which differs by place. */
function describePart({ description: _description, ...part }: JsonSchema): string {
  return toCanonicalJson(part)
}

type Schemas = Readonly<Record<string, JsonSchema>>

function shareParts(whole: Schemas) {
  const found = Object.entries(parts).flatMap(([name, place]) => {
    const part = typeof place === 'string' ? findPart(whole, place) : place
    return part === undefined ? [] : [[describePart(part), { name, part }] as const]
  })
  const known = new Map(found)
  /** The same value with references to the shared parts. */
  const share = <T>(value: T): T => {
    if (typeof value !== 'object' || value === null) return value
    if (Array.isArray(value)) return value.map(each => share(each)) as T
    const shared = known.get(describePart(value as JsonSchema))
    if (shared === undefined) return shareMembers(value) as T
    const { description } = value as JsonSchema
    const own =
      description === undefined || description === shared.part.description ? {} : { description }
    return { $ref: `#/components/schemas/${shared.name}`, ...own } as T
  }
  const shareMembers = (schema: object): JsonSchema =>
    Object.fromEntries(
      Object.entries(schema).map(([key, value]) => [
        key,
        key === 'example' || key === 'examples' ? value : share(value)
      ])
    )
  const own = [...known.values()].map(({ name, part }) => [name, part] as const)
  const components: Schemas = Object.fromEntries(
    [...Object.entries(whole), ...own].map(([name, schema]) => [name, shareMembers(schema)])
  )
  return { components, share }
}

/** Undefined where the document has no such schema. */
function findPart(whole: Schemas, place: string): JsonSchema | undefined {
  const [name = '', ...members] = place.split('.')
  return members.reduce<JsonSchema | undefined>((part, member) => {
    const items = part?.items as JsonSchema | undefined
    return member === 'items' ? items : ((items ?? part)?.properties as Schemas)?.[member]
  }, whole[name])
}

/** What makes references to shared parts in a document of these values, with their components. */
export function sharingIn(...values: readonly unknown[]) {
  const found = new Map<string, JsonSchema>()
  for (const each of values) gatherComponents(each, found)
  return shareParts({ ...wholeSchemas, ...Object.fromEntries(found) })
}

function gatherComponents(value: unknown, found: Map<string, JsonSchema>): void {
  if (typeof value !== 'object' || value === null) return
  const { $ref = '' } = value as { readonly $ref?: string }
  const whole = makeDefinition(value as Format)
  if ($ref.startsWith(componentPrefix) && whole !== value) {
    const name = $ref.slice(componentPrefix.length)
    const known = found.get(name)
    if (known !== undefined && known !== whole) throw new Error(`two components are named ${name}`)
    found.set(name, whole)
    if (known === undefined) gatherComponents(whole, found)
  }
  for (const each of Object.values(makeShown(value as Format))) gatherComponents(each, found)
}

export const componentSchemas = sharingIn().components

/**
 * The schemas that `value` refers to, directly or not, in order of name. Throws for an unknown
 * name.
 */
export function collectComponents(value: unknown): Schemas {
  return collectParts(value, { schemas: componentSchemas }).schemas
}

/** The same of several kinds of components, by kind. */
export function collectParts<Kind extends string>(
  value: unknown,
  known: Readonly<Record<Kind, Schemas>>
): Readonly<Record<Kind, Schemas>> {
  const found = new Map<string, JsonSchema>()
  const open = collectNames(value)
  for (const path of open) {
    if (found.has(path)) continue
    const [kind, name] = path.split('/') as [Kind, string]
    const part = known[kind]?.[name]
    if (part === undefined) throw new Error(`no ${kind} ${name} are among the components`)
    found.set(path, part)
    open.push(...collectNames(part))
  }
  const listKind = (kind: string) =>
    [...found]
      .filter(([path]) => path.startsWith(`${kind}/`))
      .map(([path, part]) => [path.slice(kind.length + 1), part] as const)
      .sort(([a], [b]) => (a < b ? -1 : 1))
  return Object.fromEntries(
    Object.keys(known).map(kind => [kind, Object.fromEntries(listKind(kind))])
  ) as Record<Kind, Schemas>
}

function collectNames(value: unknown): string[] {
  return [...JSON.stringify(value).matchAll(/"\$ref":"#\/components\/([^"]+)"/g)].map(
    match => match[1] as string
  )
}
