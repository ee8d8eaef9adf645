// The client as it is published. Webhooks are a module of their own, `webhook`: they need Node.

export type {
  Alert,
  AlertEvent,
  AlertFilter,
  AlertStatus,
  Certainty,
  Handling,
  LeftView,
  Notify,
  Severity,
  Urgency
} from './alert.ts'
export type { Detail } from './channel.ts'
export { type ClientOptions, type ClientState, TocsinClient, type Token, type Transport } from './client.ts'
export type { ClientSubscription, Listener, SubscribeOptions } from './subscription.ts'
