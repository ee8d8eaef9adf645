// What a reader gets of alerts, as the API states it: infra/docs/formats.md. A test checks these
// types against the server's.

export type Severity = 'minor' | 'moderate' | 'severe' | 'extreme'
export type AlertStatus = 'provisional' | 'confirmed' | 'retracted' | 'resolved'
export type Certainty = 'observed' | 'likely' | 'possible' | 'unlikely' | 'unknown'
export type Urgency = 'immediate' | 'expected' | 'future' | 'past' | 'unknown'
export type Handling = 'public' | 'partners' | 'internal' | 'restricted'
/**
 * `page`: page people now; `update`: an update of such an alert; `quiet`: old news, for lists only.
 */
export type Notify = 'page' | 'update' | 'quiet'

/** A filter: values of a name are alternatives, and all names must match. */
export interface AlertFilter {
  readonly severity?: readonly Severity[]
  readonly minSeverity?: Severity
  readonly status?: readonly AlertStatus[]
  readonly pattern?: readonly string[]
  readonly ruleId?: readonly string[]
  readonly category?: readonly string[]
  readonly theatre?: readonly string[]
  readonly admin1?: readonly string[]
  readonly country?: readonly string[]
  /** A GeoJSON Polygon: rings of [lon, lat]. */
  readonly polygon?: {
    readonly type: 'Polygon'
    readonly coordinates: readonly (readonly (readonly [number, number])[])[]
  }
  /** [lat, lon, km] */
  readonly circle?: readonly [number, number, number]
  readonly certainty?: readonly Certainty[]
  readonly handling?: readonly Handling[]
  readonly drill?: boolean
}

/** Why the policy of a webhook subscription sends an event, and why the event waited last. */
export interface Telling {
  readonly because: 'first' | 'graver' | 'update' | 'retracted' | 'ended'
  /** Left out: it did not wait. */
  readonly held?: string
}

/** The whole state of an alert. Times are ISO 8601. */
export interface Alert {
  readonly alertId: string
  /** Counts the events of this alert that this reader may see. */
  readonly revision: number
  /** The version that an officer's action must state in `If-Match`. */
  readonly operatorRevision: number
  readonly theatre: string
  readonly status: AlertStatus
  readonly notify: Notify
  readonly ruleId: string
  readonly ruleVersion: number
  readonly pattern: string
  readonly headline: string
  readonly explanation: string
  /** The words of the statement in other languages; left out in older records. */
  readonly inLanguages?: {
    readonly fr: {
      readonly headline: string
      readonly explanation: string
      /** Name of the measure. */
      readonly measure: string
      /** Their causes, in the order of `levels`. */
      readonly levels: readonly string[]
    }
  }
  readonly severity: Severity
  readonly urgency: Urgency
  readonly certainty: Certainty
  readonly levels: readonly {
    readonly level: number
    readonly at: string
    readonly reason: string
  }[]
  readonly area: {
    readonly country: readonly string[]
    readonly admin1: readonly string[]
    /** [lat, lon, km] */
    readonly circle: readonly [number, number, number] | null
    readonly settlement: string | null
  }
  readonly window: { readonly from: string; readonly to: string | null }
  readonly measure: {
    readonly name: string
    readonly value: number
    readonly threshold: number
    readonly baseline: number | null
    readonly falseAlarmsPerYear: number | null
  }
  /** At most 20 pieces; `evidenceCount` counts all. */
  readonly evidence: readonly {
    readonly incidentId: string
    readonly role: 'trigger' | 'support'
    readonly handling: Handling
  }[]
  readonly evidenceCount: { readonly triggers: number; readonly support: number }
  readonly category: readonly string[]
  readonly fatalities: {
    readonly low: number | null
    readonly best: number | null
    readonly high: number | null
  }
  readonly times: {
    readonly occurredFrom: string
    readonly firstReportedAt: string
    readonly detectedAt: string
  }
  readonly handling: Handling
  readonly references: readonly string[]
  /** The open alert under which this one is listed. */
  readonly partOf: string | null
  readonly operator: {
    readonly acknowledgedBy: string | null
    readonly acknowledgedUntil: string | null
    readonly assignedTo: string | null
    readonly disposition: string | null
    /**
     * Whether somebody has acknowledged it or recorded a response since it last paged people; null:
     * it needs none. Older servers leave it out.
     */
    readonly isAcknowledged?: boolean | null
    /** Since when its owner has had it, ISO 8601; null: unassigned. Older servers leave it out. */
    readonly since?: string | null
  }
  /** A drill: no real event. */
  readonly drill: boolean
  /** Its rule notifies nobody: it describes what other alerts are about. */
  readonly describes?: boolean
  readonly reason: string | null
}

/** The last event of an alert that this reader may no longer see. */
export interface LeftView {
  readonly alertId: string
  readonly theatre: string
}

/** That an officer's action came too late, or was not possible. */
export interface ActionRefused {
  readonly alertId: string
  readonly theatre: string
  readonly actionId: string
  readonly reason: string
}

/** An alert by its headline: all that a bad link may carry. */
export interface HeadlineAlert extends NamedAlert {
  readonly severity: Severity
  readonly certainty: Certainty
  readonly theatre: string
  readonly admin1: readonly string[]
  readonly detectedAt: string
  /** Cut, and then ends in `…`, where it does not fit. */
  readonly headline: string
}

/** An alert by its id. */
export interface NamedAlert {
  readonly alertId: string
  readonly revision: number
  readonly status: AlertStatus
  readonly notify: Notify
  readonly drill?: true
}

/** In the smaller details: an alert that has left the reader's view, or a refused action. */
export interface SmallOther {
  readonly alertId: string
  readonly type: 'alert.left-view' | 'alert.action-refused'
  readonly actionId?: string
  readonly reason?: string
}

/** How much of an alert each event carries. */
export type Detail = 'full' | 'headline' | 'ids'

/** What a snapshot has of an alert, by detail. */
export interface SnapshotAlerts {
  readonly full: Alert
  readonly headline: HeadlineAlert
  readonly ids: NamedAlert
}

/** The form of an event, by detail. */
export interface DetailedEvents {
  readonly full: AlertEvent
  readonly headline: HeadlineAlert | SmallOther
  readonly ids: NamedAlert | SmallOther
}

/** An alert event, a CloudEvent. Its type is `tocsin.alert.raised.v1` and so on. */
export interface AlertEvent<Data = Alert | LeftView | ActionRefused> {
  readonly specversion: '1.0'
  /** Equal on every transport: use it to recognise a repeat. */
  readonly id: string
  readonly source: string
  readonly type: string
  readonly time: string
  /** The alert's id. */
  readonly subject: string
  readonly theatre: string
  /** The trace of what led to it (W3C), where the server traces; for keys that see everything. */
  readonly traceparent?: string
  readonly data: Data
}

/** Whether an event states an alert: the others are `left-view` and refused actions. */
export function statesAlert(event: AlertEvent): event is AlertEvent<Alert> {
  return 'headline' in event.data
}
