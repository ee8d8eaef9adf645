// Parts that several schemas of the document have, as components of their own: a reference takes
// the place of each equal part. They validate no data; routes have whole schemas.

import { filterBody, filterSchema } from '../alert/alert-filter.ts'
import type { JsonSchema, Properties } from '../format/format.ts'
import { toCanonicalJson } from '../json/canonical-json.ts'
import { subscriptionSettings } from '../subscription/subscription-settings.ts'
import { linePattern, textPattern } from '../theatre/written-text.ts'
import { toPortablePattern } from './published-schemas.ts'

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

export class SharedSchemas {
  readonly components: Readonly<Record<string, JsonSchema>>
  readonly #parts = new Map<string, { readonly name: string; readonly part: JsonSchema }>()

  constructor(whole: Readonly<Record<string, JsonSchema>>) {
    for (const [name, place] of Object.entries(parts)) {
      const part = typeof place === 'string' ? findPart(whole, place) : place
      if (part === undefined) continue
      this.#parts.set(describePart(part), { name, part })
    }
    const shared = [...this.#parts.values()].map(({ name, part }) => [name, part] as const)
    this.components = Object.fromEntries(
      [...Object.entries(whole), ...shared].map(([name, schema]) => [
        name,
        this.#shareMembers(schema)
      ])
    )
  }

  /** The same value with references to the shared parts. */
  share<T>(value: T): T {
    if (typeof value !== 'object' || value === null) return value
    if (Array.isArray(value)) return value.map(each => this.share(each)) as T
    const known = this.#parts.get(describePart(value as JsonSchema))
    if (known === undefined) return this.#shareMembers(value as JsonSchema) as T
    const { description } = value as JsonSchema
    const own =
      description === undefined || description === known.part.description ? {} : { description }
    return { $ref: `#/components/schemas/${known.name}`, ...own } as T
  }

  #shareMembers(schema: JsonSchema): JsonSchema {
    return Object.fromEntries(
      Object.entries(schema).map(([key, value]) => [
        key,
        key === 'example' || key === 'examples' ? value : this.share(value)
      ])
    )
  }
}

interface PartWithMembers {
  readonly properties?: Properties
  readonly items?: JsonSchema
}

/** Undefined where the document has no such schema. */
function findPart(
  whole: Readonly<Record<string, JsonSchema>>,
  place: string
): JsonSchema | undefined {
  const [name = '', ...members] = place.split('.')
  let part = whole[name]
  for (const member of members) {
    const within = (member === 'items' ? part : (part?.items ?? part)) as
      | PartWithMembers
      | undefined
    part = member === 'items' ? within?.items : within?.properties?.[member]
  }
  return part
}
