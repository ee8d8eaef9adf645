// What a notifier is made of.

import type { Quota } from '@tocsin/auth/access/quota'
import type { ReadPositions } from '@tocsin/service/projection/read-positions'
import type { AlertOperations } from './actions/alert-operations.ts'
import type { AnswerLinks } from './actions/answer-links.ts'
import type { AnswerOperations } from './actions/answer-operations.ts'
import type { IncidentOperations } from './actions/incident-operations.ts'
import type { ResponseWatch } from './actions/response-watch.ts'
import type { ControlOperations } from './admin/control-operations.ts'
import type { KeyOperations } from './admin/key-operations.ts'
import type { AlertFeed } from './alerts/alert-feed.ts'
import type { EvidenceReading } from './alerts/evidence.ts'
import type { Liveness } from './alerts/liveness.ts'
import type { Projection } from './alerts/projection.ts'
import type { ScanScheduler } from './alerts/scan-scheduler.ts'
import type { SharedKnowledge } from './alerts/shared-knowledge.ts'
import type { CapDocuments } from './publication/cap-documents.ts'
import type { CapFeed } from './publication/cap-feed.ts'
import type { StreamHub } from './stream/stream-hub.ts'
import type { Dispatcher } from './webhook/dispatcher.ts'
import type { SigningRing } from './webhook/signing-ring.ts'
import type { SubscriptionChanges } from './webhook/subscription-changes.ts'
import type { SubscriptionOperations } from './webhook/subscription-operations.ts'

/** The parts of a notifier that can be driven without HTTP. */
export interface NotifierCores {
  readonly projection: Projection
  readonly liveness: Liveness
  readonly hub: StreamHub
  readonly feed: AlertFeed
  /** Requests that wait for the feed, by key. */
  readonly feedWaits: Quota
  readonly scans: ScanScheduler
  readonly dispatcher: Dispatcher
  readonly alertOperations: AlertOperations
  readonly incidentOperations: IncidentOperations
  readonly controlOperations: ControlOperations
  readonly keyOperations: KeyOperations
  readonly subscriptionOperations: SubscriptionOperations
  readonly subscriptionChanges: SubscriptionChanges
  readonly answers: AnswerOperations
  readonly answerLinks: AnswerLinks
  readonly signing: SigningRing
  readonly positions: ReadPositions
  readonly shared: SharedKnowledge
  readonly evidence: EvidenceReading
  readonly capDocuments: CapDocuments
  readonly capFeed: CapFeed
  readonly responses: ResponseWatch
  readonly exports: Quota
}
