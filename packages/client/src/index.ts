// The client as it is published. Webhooks are in the module `webhook`: they need Node.

export {
  type ActionRefused,
  type Alert,
  type AlertEvent,
  type AlertFilter,
  type AlertStatus,
  type Certainty,
  type Detail,
  type DetailedEvents,
  type Handling,
  type HeadlineAlert,
  type LeftView,
  type NamedAlert,
  type Notify,
  type Severity,
  type SmallOther,
  type SnapshotAlerts,
  statesAlert,
  type Telling,
  type Urgency
} from './alert.ts'
export {
  type ClientOptions,
  type ClientState,
  TocsinClient,
  type Token,
  type Transport
} from './client.ts'
export type { ClientSubscription, Listener, SubscribeOptions } from './subscription.ts'
