// What a notifier is made of.

import type { Quota } from '@tocsin/service-kit/access/quota'
import type { ReadPositions } from '@tocsin/service-kit/projection/read-positions'
import type { ControlOperations } from './administration/control-operations.ts'
import type { KeyOperations } from './administration/key-operations.ts'
import type { AlertFeed } from './alert-http/alert-feed.ts'
import type { EvidenceReading } from './alert-http/evidence.ts'
import type { AnswerLinks } from './answer/answer-links.ts'
import type { AnswerOperations } from './answer/answer-operations.ts'
import type { CapDocuments } from './cap/cap-documents.ts'
import type { CapFeed } from './cap/cap-feed.ts'
import type { SharedKnowledge } from './cursor/shared-knowledge.ts'
import type { AlertOperations } from './officer/alert-operations.ts'
import type { IncidentOperations } from './officer/incident-operations.ts'
import type { Liveness } from './projection/liveness.ts'
import type { Projection } from './projection/projection.ts'
import type { ScanScheduler } from './projection/scan-scheduler.ts'
import type { ResponseWatch } from './response/response-watch.ts'
import type { SilenceOperations } from './silence/silence-operations.ts'
import type { StreamHub } from './stream/stream-hub.ts'
import type { ViewOperations } from './view/view-operations.ts'
import type { WatchOperations } from './watch/watch-operations.ts'
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
  readonly silenceOperations: SilenceOperations
  readonly watchOperations: WatchOperations
  readonly viewOperations: ViewOperations
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
