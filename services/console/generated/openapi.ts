export type paths = Record<string, never>;
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /** @description The action is stored but not decided yet. */
        readonly ActionPending: {
            readonly actionId: string;
            /** @enum {string} */
            readonly state: "pending";
        };
        /** @description A refused action, because another came first. It does not change the alert. */
        readonly ActionRefused: {
            readonly alertId: string;
            readonly seq?: number;
            readonly theatre: string;
            /** @enum {string} */
            readonly notify: "quiet";
            readonly actionId: string;
            /** @enum {string} */
            readonly reason: "unknown-alert" | "stale-revision" | "alert-closed" | "invalid";
            /** @description The name of the requesting key, or `an officer`. */
            readonly by: string;
            /** @description The id of that key. Omitted for events from before ids were stored, and with the name. */
            readonly byId?: string;
            readonly operatorRevision: number | null;
            /** @description Who made the current revision. */
            readonly standingBy: string | null;
            /** @description Omitted if the suite made it, or by older records. */
            readonly standingById?: string;
            readonly standingHandling?: components["schemas"]["Handling"];
            readonly standingAt: string | null;
            readonly handling: components["schemas"]["Handling"];
            readonly actionHandling?: components["schemas"]["Handling"];
        };
        /** @description The outcome of an action. */
        readonly ActionStatus: {
            readonly actionId: string;
            /** @enum {string} */
            readonly state: "pending" | "done" | "refused";
            /** @description For an action on an alert. */
            readonly alertId?: string;
            /** @description For a split or a merge. */
            readonly incidentId?: string;
            /** @description For a completed split or merge: the incidents that hold its reports. */
            readonly incidents?: readonly string[];
            /**
             * Format: date-time
             * @description Present while it is pending.
             */
            readonly requestedAt?: string;
            /**
             * Format: date-time
             * @description When it was decided.
             */
            readonly at?: string;
            /**
             * @description Why it was refused.
             * @enum {string}
             */
            readonly reason?: "unknown-alert" | "stale-revision" | "alert-closed" | "invalid" | "another-came-first" | "too-many-declared";
            /** @description Who came first: the name of the key. */
            readonly by?: string | null;
            /** @description The unique id of that key. */
            readonly byId?: string | null;
            /** @description When. */
            readonly since?: string | null;
            /** @description The current revision. */
            readonly operatorRevision?: number | null;
        };
        /** @description The current state of an alert as the key may see it. */
        readonly Alert: components["schemas"]["AlertStatement"] & {
            /** @description At most 20 pieces: those that reached each level, then the newest triggers, then the newest support. */
            readonly evidence: readonly {
                readonly incidentId: string;
                /** @description As the rules count it, which includes changes by hidden reports. Only for keys cleared for `restricted`. */
                readonly revision?: number;
                /** @enum {string} */
                readonly role: "trigger" | "support";
                /** @description Strictest handling of the incident's reports. */
                readonly handling: components["schemas"]["Handling"];
            }[];
        };
        /** @description Of an operator's event: the action, the operator and the text. */
        readonly AlertAction: {
            readonly by: string;
            /** @description Id of that key, unique among keys. Left out in older records. */
            readonly byId?: string;
            readonly actionId: string;
            readonly text: string | null;
            /** @description Who may read the name and the text. Left out: `internal`. */
            readonly handling?: components["schemas"]["Handling"];
        } | null;
        /** @description What became of it on one alert. */
        readonly AlertActionResult: {
            readonly alertId: string;
            /** @description As the route of one alert: 200 done, 202 stored. */
            readonly status: number;
            /** @description Of 200: the revision after it. */
            readonly operatorRevision?: number;
            /** @description Of 202: query `/v1/actions/:id`. */
            readonly actionId?: string;
            readonly problem?: components["schemas"]["Problem"];
        };
        /** @description What became of an act on several alerts. */
        readonly AlertActionResults: {
            /** @description In the order of the request. */
            readonly items: readonly components["schemas"]["AlertActionResult"][];
        };
        readonly AlertArea: {
            readonly country: readonly string[];
            readonly admin1: readonly string[];
            /** @description [lat, lon, km], or null where no trigger has coordinates. */
            readonly circle: [
                number,
                number,
                number
            ] | null;
            readonly settlement: string | null;
        };
        /** @description An alert with its newest evidence in full and its past revisions. */
        readonly AlertDetail: components["schemas"]["AlertStatement"] & {
            /** @description The event that produced this state. */
            readonly event: {
                readonly type: string;
                /** Format: date-time */
                readonly time: string;
            };
            /**
             * Format: date-time
             * @description When it first became visible to the key; `times.detectedAt` is that of its last change.
             */
            readonly raisedAt: string;
            /** @description What readers of each lower handling level see of it, the lowest first: the alert of this id, else their open alert of its rule that shares most triggers, else none (`null`). */
            readonly seenBelow: readonly {
                readonly handling: components["schemas"]["Handling"];
                /** @description Another id if a report that they may not see began the alert. */
                readonly alertId: string | null;
                /** @description Its status for them. */
                readonly status: string | null;
                /** @description How much of the evidence they see. */
                readonly evidenceCount: {
                    readonly triggers: number;
                    readonly support: number;
                } | null;
            }[];
            /** @description As in an alert. `incident` is null for one that is not kept or not visible. */
            readonly evidence: readonly components["schemas"]["Evidence"][];
            /** @description Newest last. */
            readonly revisions: readonly components["schemas"]["AlertEvent"][];
            /** @description Number of earlier ones that are not listed, or with evidence that the key may no longer see. */
            readonly revisionsOmitted: number;
        };
        /** @description A CloudEvent of an alert, with the whole state of the alert after it. */
        readonly AlertEvent: {
            /** @enum {string} */
            readonly specversion: "1.0";
            /** @description Unique per event, and equal on every transport. */
            readonly id: string;
            /** @description `tocsin.alert.raised.v1` and so on. */
            readonly type: string;
            /** Format: date-time */
            readonly time: string;
            readonly source: string;
            /** @enum {string} */
            readonly datacontenttype: "application/json";
            /** @description The id of the alert. */
            readonly subject: string;
            /** @description Id of the record that caused it. */
            readonly cause: string | null;
            readonly engine: string;
            readonly theatre: string;
            /** @description Chains the events of a theatre; for keys that see all of them. */
            readonly previoushash?: string;
            /** @description The trace of what led to it, as the Distributed Tracing extension of CloudEvents says. Only where traces are on, for keys that see everything. */
            readonly traceparent?: string;
            readonly data: components["schemas"]["Alert"] | components["schemas"]["ActionRefused"] | components["schemas"]["LeftView"];
        };
        /** @description One event. */
        readonly AlertEventData: {
            /** @description The cursor of the frame before it in this subscription. With `headline` and `ids` its first 8 characters. Anything else is a gap. */
            readonly prev: string;
            /**
             * Format: date-time
             * @description When it was sent.
             */
            readonly sentAt?: string;
            readonly event: components["schemas"]["ShownEvent"];
        };
        /** @description An alert for a bad link. What does not fit is cut, and ends in an ellipsis. */
        readonly AlertHeadline: {
            readonly alertId: string;
            /** @description As it counts for the key. */
            readonly revision: number;
            readonly status: components["schemas"]["AlertStatus"];
            /** @enum {string} */
            readonly notify: "page" | "quiet" | "update";
            readonly severity: components["schemas"]["Severity"];
            readonly certainty: components["schemas"]["Certainty"];
            /** @description Present for a drill. */
            readonly drill?: boolean;
            /** @description Cut, with an ellipsis, only if it is long and the log has many partitions. */
            readonly theatre: string;
            /** @description Areas, ISO 3166-2. If they do not fit, the first, or none, and an ellipsis. */
            readonly admin1: readonly string[];
            /**
             * Format: date-time
             * @description The `times.detectedAt` of `full`.
             */
            readonly detectedAt: string;
            /** @description Cut at a character so that the whole fits; it then ends with an ellipsis. */
            readonly headline: string;
        };
        /** @description That an alert changed, and to what: the rest is at `GET /v1/alerts/{id}`. */
        readonly AlertIds: {
            readonly alertId: string;
            /** @description As it counts for the key. */
            readonly revision: number;
            readonly status: components["schemas"]["AlertStatus"];
            /** @enum {string} */
            readonly notify: "page" | "quiet" | "update";
            /** @description Present for a drill. */
            readonly drill?: boolean;
        };
        readonly AlertLevel: {
            readonly level: number;
            /** @description Event time at which the level was reached, ISO 8601. */
            readonly at: string;
            /** @description Its cause: `partial`, `full`, `30 days`, … */
            readonly reason: string;
            /** @description The trigger that reached it. Left out where time alone did, and in older records. */
            readonly incidentId?: string;
        };
        /** @description Alerts, newest first. */
        readonly AlertList: {
            readonly items: readonly components["schemas"]["Alert"][];
            readonly next: string | null;
        };
        readonly AlertMeasure: {
            readonly name: string;
            readonly value: number;
            readonly threshold: number;
            readonly baseline: number | null;
            readonly falseAlarmsPerYear: number | null;
        };
        readonly AlertOperator: {
            readonly acknowledgedBy: string | null;
            /** @description Id of the key that acknowledged it. */
            readonly acknowledgedById?: string;
            readonly acknowledgedUntil: string | null;
            /** @description Who may read that name. Left out: `internal`. */
            readonly acknowledgedHandling?: components["schemas"]["Handling"];
            /** @description When an officer first acknowledged it, ISO 8601; it stays when that lapses. */
            readonly acknowledgedFirstAt?: string;
            readonly assignedTo: string | null;
            /** @description Who may read that name. Left out: `internal`. */
            readonly assignedHandling?: components["schemas"]["Handling"];
            /** @description Whether somebody has acknowledged it or recorded a response since it last paged people; null: it needs none, since it has not paged or is over. Added for readers. */
            readonly isAcknowledged?: boolean | null;
            /** @description Since when its owner (`assignedTo`, else `acknowledgedBy`) has had it, ISO 8601; null: unassigned. Added for readers. */
            readonly since?: string | null;
            readonly disposition: string | null;
            /** @description What officers did about it, the first and the last. Left out if nothing stands. */
            readonly responses?: {
                readonly count: number;
                readonly first: components["schemas"]["OfficerResponse"];
                readonly last: components["schemas"]["OfficerResponse"];
                /** @description Those that were recorded last, oldest first, at most 20: they can be corrected. Left out in older records. */
                readonly recent?: readonly components["schemas"]["OfficerResponse"][];
            };
            /** @description Responses ever recorded, corrections among them. */
            readonly responsesRecorded?: number;
            readonly responseWithdrawn?: components["schemas"]["OfficerResponse"];
            /** @description Partners who have it, the last answer of each, oldest first, at most 10. Left out if there is none, and below `internal`. */
            readonly answers?: readonly {
                readonly subscriptionId: string;
                /** @description Name of the key that holds the subscription. */
                readonly by: string;
                /** @description When it was said, ISO 8601. */
                readonly at: string;
                /** @description Until when they have it, ISO 8601; null: nothing was said of that. */
                readonly until: string | null;
                readonly note: string | null;
                /** @enum {string} */
                readonly via: "key" | "link";
                /** @description What the partner said last was done there. */
                readonly response?: {
                    /** @enum {string} */
                    readonly kind: "warned" | "moved" | "sent" | "other" | "none";
                    /** @description When it was done, ISO 8601. */
                    readonly at: string;
                    /** @description When the partner said so, ISO 8601. */
                    readonly recordedAt: string;
                };
            }[];
        };
        /** @description An alert without its evidence. `seq` counts the events of its theatre, for keys that see all of them. */
        readonly AlertStatement: {
            readonly alertId: string;
            readonly revision: number;
            readonly operatorRevision: number;
            readonly seq?: number;
            readonly theatre: string;
            readonly status: components["schemas"]["AlertStatus"];
            /** @enum {string} */
            readonly notify: "page" | "quiet" | "update";
            readonly ruleId: string;
            readonly ruleVersion: number;
            readonly pattern: string;
            readonly group: {
                readonly [key: string]: string;
            };
            readonly headline: string;
            readonly explanation: string;
            /** @description The words of the statement in other languages. Left out in older records. */
            readonly inLanguages?: {
                /** @description The words of a statement in one language. */
                readonly fr: {
                    readonly headline: string;
                    readonly explanation: string;
                    /** @description Name of the measure. */
                    readonly measure: string;
                    /** @description Their causes, in the order of `levels`. */
                    readonly levels: readonly string[];
                };
            };
            readonly severity: components["schemas"]["Severity"];
            /** @enum {string} */
            readonly urgency: "immediate" | "expected" | "future" | "past" | "unknown";
            readonly certainty: components["schemas"]["Certainty"];
            readonly levels: readonly components["schemas"]["AlertLevel"][];
            readonly area: components["schemas"]["AlertArea"];
            readonly window: components["schemas"]["AlertWindow"];
            readonly measure: components["schemas"]["AlertMeasure"];
            /** @description Evidence beyond the maximum. */
            readonly evidenceOmitted: number;
            readonly category: readonly string[];
            /** @description Deaths as in the headline if it states deaths, else of all triggers. `best` and `high` are null unless known of each incident. */
            readonly fatalities: components["schemas"]["Fatalities"];
            readonly times: {
                readonly occurredFrom: string;
                readonly firstReportedAt: string;
                readonly detectedAt: string;
            };
            readonly handling: components["schemas"]["Handling"];
            readonly concerns: components["schemas"]["Handling"];
            /** @description Alerts that this one shares reports with. */
            readonly references: readonly string[];
            /** @description The open alert under which this one is listed. */
            readonly partOf: string | null;
            readonly operator: components["schemas"]["AlertOperator"];
            readonly drill: boolean;
            /** @description Its rule notifies nobody: it describes what other alerts are about. Left out: it does not. */
            readonly describes?: boolean;
            /** @description Why it was retracted, resolved, reopened or revised. */
            readonly reason: string | null;
            readonly action: components["schemas"]["AlertAction"];
            /** @description Of all evidence that the key may see, by role. */
            readonly evidenceCount: {
                readonly triggers: number;
                readonly support: number;
            };
            /** @description Events of the alert are missing in the log: its evidence is counted, but unknown until a later event. */
            readonly evidenceLost?: boolean;
        };
        /** @enum {string} */
        readonly AlertStatus: "provisional" | "confirmed" | "retracted" | "resolved";
        /** @description What one webhook subscription knows of the alert. */
        readonly AlertTold: {
            readonly subscriptionId: string;
            /** @description Name of the key that made it; null: not known any more. */
            readonly by: string | null;
            /** @description Whom to contact if it fails. */
            readonly contact: string | null;
            /**
             * @description Why it has it, or not: as a delivery says it; `told`: it was accepted, `held`: by its policy. If none was planned: `view`: beyond what the subscription may see; `before-subscription`: older; `drill`, `filter`: not wanted; `quiet`: it pages nobody; `not-authorized`, `unconfirmed`, `disabled`, `ended`: the subscription; `not-yet`: it will be; `earlier-settings`: by settings of then; `forgotten`: not kept.
             * @enum {string}
             */
            readonly cause: "told" | "held" | "waiting" | "muted" | "superseded" | "expired" | "not-accepted" | "lapsed" | "left-out" | "view" | "before-subscription" | "drill" | "filter" | "quiet" | "not-authorized" | "unconfirmed" | "disabled" | "ended" | "not-yet" | "earlier-settings" | "forgotten";
            /** @description Of `filter`: the parts that the newest event does not meet. */
            readonly unmet: readonly ("severity" | "minSeverity" | "status" | "pattern" | "ruleId" | "category" | "theatre" | "admin1" | "country" | "polygon" | "circle" | "certainty" | "handling" | "drill" | "types")[];
            /** @description Of the newest event that goes to it; null: none does. */
            readonly type: string | null;
            /**
             * @description Of that event. `waiting`: it is still tried. `held`: by the policy. `not-accepted`: kept or given up. `not-sent`: not owed any more.
             * @enum {string}
             */
            readonly state: "accepted" | "waiting" | "held" | "not-accepted" | "not-sent";
            /**
             * Format: date-time
             * @description When it last accepted an event of the alert; null: it has none.
             */
            readonly acceptedAt: string | null;
            /**
             * Format: date-time
             * @description Since when the oldest event that is still tried waits; null: none is.
             */
            readonly waitsSince: string | null;
            /** @description Why the policy of the subscription delays it; null: it is in another state. */
            readonly held: {
                /** @description Null: not for you to know. */
                readonly reason: components["schemas"]["DeliveryWaited"];
                /**
                 * Format: date-time
                 * @description Null: until something changes, or not for you to know.
                 */
                readonly until: string | null;
                /** @description Id of the silence that delays it, or of the alert that was sent instead. */
                readonly by: string | null;
            } | null;
            readonly because: components["schemas"]["Because"];
            /** @description Reminders while nobody answered; null: none. */
            readonly reminded: {
                /** @description Reminders since its first notification or its return. */
                readonly count: number;
                /**
                 * Format: date-time
                 * @description When the newest was decided.
                 */
                readonly at: string;
                /**
                 * @description `overtaken`: something newer of the alert was accepted first. `given-up`: after seven attempts. `gone`: 410.
                 * @enum {string}
                 */
                readonly state: "pending" | "accepted" | "overtaken" | "given-up" | "gone";
            } | null;
            /** @description Why a reminder that is due is not sent; null: none is due, or nothing delays it. */
            readonly repeatHeld: {
                /** @description Null: not for you to know. */
                readonly reason: components["schemas"]["DeliveryWaited"];
                /**
                 * Format: date-time
                 * @description Null: until something changes, or not for you to know.
                 */
                readonly until: string | null;
                /** @description Id of the silence that delays it, or of the alert that was sent instead. */
                readonly by: string | null;
                /**
                 * Format: date-time
                 * @description When that was decided.
                 */
                readonly at: string;
            } | null;
            readonly answered: components["schemas"]["PartnersAnswer"] | null;
        };
        /** @description Who was notified, and what stops notifications. */
        readonly AlertToldList: {
            /** @description One for each subscription, all on one page. */
            readonly items: readonly components["schemas"]["AlertTold"][];
            /** @description Null: there is one page. */
            readonly next: string | null;
            /** @description Those that stop notifications of the alert now, of those that you may see, the last to end first. */
            readonly silences: readonly components["schemas"]["SilenceOver"][];
        };
        readonly AlertWindow: {
            readonly from: string;
            readonly to: string | null;
        };
        /** @description The process runs. */
        readonly Alive: {
            /** @constant */
            readonly alive: true;
        };
        /** @description A change and its author. Its content is in the control log, or with the alert. */
        readonly AuditEntry: {
            /** @description Of its record. */
            readonly id: string;
            /** Format: date-time */
            readonly at: string;
            /** @enum {string} */
            readonly type: "theatre.declared" | "theatre.time-set" | "source.declared" | "rule.declared" | "rule.withdrawn" | "key.created" | "key.rotated" | "key.revoked" | "key.link-made" | "subscription.created" | "subscription.updated" | "subscription.deleted" | "subscription.consented" | "silence.created" | "silence.ended" | "watch.declared" | "watch.withdrawn" | "view.saved" | "view.deleted" | "webhook-key.rotated" | "report.erasure-requested" | "session.ended" | "watch.handed-over" | "alert.retracted" | "alert.resolved" | "alert.reopened" | "alert.escalated" | "alert.confirmed" | "alert.revised" | "alert.raised" | "alert.acknowledged" | "alert.acknowledgement-lapsed" | "alert.assigned" | "alert.commented" | "alert.responded" | "alert.response-corrected" | "alert.answered" | "alert.action-refused";
            /** @description Id of what was changed; for a session, of its owner. */
            readonly subject: string;
            /** @description The author; null if the suite did it itself, or if not recorded. */
            readonly by: {
                /** @description Id of the key, `owner` or `oidc:<subject>`; from earlier versions also `session:<id>`. */
                readonly id: string;
                /** @description Its name at that time; the id if not recorded. */
                readonly name: string;
            } | null;
            /** @description Of `watch.handed-over`, which the log has as a `watch.declared` that says so. */
            readonly handOver?: {
                /** @description The officer whose shift ended; null: nobody was on. */
                readonly from: string | null;
                /** @description The officer who has the watch. */
                readonly to: string;
            };
        };
        /** @description Changes, newest first. */
        readonly AuditList: {
            readonly items: readonly components["schemas"]["AuditEntry"][];
            readonly next: string | null;
        };
        /** @description Why it was sent when it was, or, if `muted`, why it never will be: `ended-unheard`: its alert began and ended before it was due; `endings-unwanted`: the policy wants no ends; `action-refused`: not sent with a policy. Null without a policy. */
        readonly Because: ("first" | "graver" | "update" | "retracted" | "ended" | "repeat" | "ended-unheard" | "endings-unwanted" | "action-refused") | null;
        /** @description Who the caller is, and what it may do. */
        readonly Caller: {
            /** @description Id of the key, `owner` or `oidc:<subject>`; in a session, that of its creator. */
            readonly id: string;
            readonly name: string;
            readonly scopes: components["schemas"]["KeyScopes"];
            readonly theatres: components["schemas"]["TheatresHeld"];
            readonly handling: components["schemas"]["Handling"];
            /** @description ISO 8601; null: never. Of a new session: when it ends. */
            readonly expiresAt: string | null;
            /** @description The log of this suite. */
            readonly log: {
                /** @description Its identity: another one after a restore. */
                readonly epoch: string;
                /** @description The last restore of an older copy: what came after the copy is lost. */
                readonly restored: {
                    /**
                     * Format: date-time
                     * @description When it was restored.
                     */
                    readonly at: string;
                    /**
                     * Format: date-time
                     * @description When the copy was made; null: unknown.
                     */
                    readonly takenAt: string | null;
                } | null;
            };
        };
        /** @enum {string} */
        readonly Category: "attack" | "attack-on-civilians" | "clash" | "ambush" | "explosion" | "air-strike" | "shelling" | "abduction" | "release" | "killing" | "looting" | "arson" | "infrastructure-destroyed" | "blockade" | "movement-denied" | "aid-denied" | "access-restored" | "territory-seized" | "imposed-rule" | "displacement" | "food-insecurity" | "school-closure" | "advisory" | "appeal" | "threat" | "protest" | "statistic" | "other";
        /** @enum {string} */
        readonly Certainty: "observed" | "likely" | "possible" | "unlikely" | "unknown";
        /** @description A list has changed: read it again. It has no contents, and moves no position. */
        readonly ChangedEventData: {
            /** @description Which list, by the last part of its path: `silences`, `watches`, `views`, `subscriptions`, `sources`, `theatres`, `rules` or `keys`. There may be others later. */
            readonly list: string;
        };
        readonly CreateSubscriptionBody: {
            /**
             * @description The form in which alerts are sent; see the page on destinations. `webhook`, also if left out: signed CloudEvents. It cannot be changed later.
             * @enum {string}
             */
            readonly kind?: "webhook" | "slack" | "teams" | "telegram" | "pagerduty" | "email" | "alertmanager";
            /** @description An https address that resolves to public addresses. Its query is never shown again; of other kinds than `webhook` only the host is shown. */
            readonly url?: string;
            /** @description The chat, for kind `telegram`: its number, or the `@name` of a channel. */
            readonly chat?: string;
            /** @description The recipients, for kind `email`. A mail counts as accepted if it is for one of them. */
            readonly to?: readonly string[];
            /** @description The address that mails come from, for kind `email`. */
            readonly sender?: string;
            /** @description The body of a webhook in your own form: an object in which texts that begin with `=` are CEL expressions over `event`. It is signed as sent. Null or left out: the event itself. */
            readonly body?: Record<string, never> | null;
            /** @description Labels of every alert, for kind `alertmanager`, by which its routes tell them apart. */
            readonly labels?: {
                readonly [key: string]: string;
            };
            readonly filter?: components["schemas"]["FilterBody"];
            /** @description Types of alert events that are sent, such as `alert.raised`; retractions follow what was sent. Null or left out: all. */
            readonly types?: readonly string[] | null;
            /**
             * @description `newest-state`: after an outage the present state of each alert, the most urgent first; it names what it replaces. `strict`: every event, each after the previous one was accepted.
             * @enum {string}
             */
            readonly order?: "strict" | "newest-state";
            /** @description Delays between attempts, seconds; null: the default schedule. */
            readonly schedule?: readonly number[] | null;
            /** @description When alerts are sent, in `newest-state` order; what is left out has its default. Null, or left out in `strict` order or for kinds `pagerduty` and `alertmanager`: each event at once. A delayed alert is sent later, in its newest state. */
            readonly policy?: components["schemas"]["SubscriptionPolicyBody"];
            /** @description Whom to contact if it fails. */
            readonly contact?: string | null;
            /** @description A second address, on another path, that is notified when the first one is down, parked or ended, and when it works again. It gets no alerts, must consent, and its query is never shown. */
            readonly fallbackUrl?: string | null;
            /**
             * @description `disabled`: nothing is sent, no heartbeat either, and what comes waits. `active`, also if left out: it is sent, what waited first.
             * @enum {string}
             */
            readonly state?: "active" | "disabled";
            /** @description Parts of each alert that are not sent. `words`: headline, explanation, grouping and notes. `place`: what is narrower than a first-level area, and `words`. `evidence`: the list of incidents; its counts stay. */
            readonly withhold?: [
            ] | [
                "words" | "place" | "evidence"
            ] | [
                "words" | "place" | "evidence",
                "words" | "place" | "evidence"
            ] | [
                "words" | "place" | "evidence",
                "words" | "place" | "evidence",
                "words" | "place" | "evidence"
            ];
            /** @description How often a signed heartbeat is sent, seconds; null or left out: never. */
            readonly heartbeatSeconds?: number | null;
            /** @description Each event of an alert that stands has an `answerurl`: a link by which whoever opens it may say that a human has the alert. It is valid for seven days. Needs the setting `publicUrl`. False or left out: none, and those sent before open nothing. */
            readonly answerLinks?: boolean;
            /** @description What is sent besides alerts, by signed events outside the sequence. `silences`: one that stops notifications of the subscription begins, matches none, or ends. `watches`: nobody is on shift on a roster that its key declared, or somebody is again. */
            readonly notices?: [
            ] | [
                "silences" | "watches"
            ] | [
                "silences" | "watches",
                "silences" | "watches"
            ];
            /** @description The digest of the last week of each theatre that `filter` names: on Mondays at 06:00 UTC, and at once when it is first asked for. For kinds `webhook` and `email`. False or left out: none. */
            readonly digest?: boolean;
            /** @description Texts of your own by name, such as a ticket number; shown, and never sent. */
            readonly metadata?: {
                readonly [key: string]: string;
            };
            /** @description Of a bot, for kind `telegram`; a bearer token, for kind `alertmanager`. It is never shown again. */
            readonly token?: string;
            /** @description The integration key, for kind `pagerduty`. It is never shown again. */
            readonly routingKey?: string;
        };
        /** @description A whole day, or an instant. */
        readonly Day: string;
        /** @description One event for one subscription. */
        readonly Delivery: {
            /** @description Counts from 1 within the subscription, without gaps. */
            readonly sequence: number;
            /** @description Id of the event, and `webhook-id` of the request. */
            readonly id: string;
            /** @description Id of the previous delivery. */
            readonly previousId: string | null;
            readonly alertId: string;
            readonly type: string;
            /** Format: date-time */
            readonly plannedAt: string;
            /**
             * @description `superseded`: a later state of the alert goes instead. `expired`: the alert began and ended during an outage. `lapsed`: not accepted in its time; the feed has it. `left-out`: a new filter does not want it. `muted`: the policy never sends it.
             * @enum {string}
             */
            readonly state: "pending" | "delivered" | "parked" | "superseded" | "expired" | "lapsed" | "left-out" | "muted";
            /** @description The range that it names as superseded. */
            readonly superseded: {
                readonly from: number;
                readonly to: number;
            } | null;
            /** @description Increases with each replay. */
            readonly round: number;
            /** @description Of this round. */
            readonly attempts: number;
            /** @description Null: at once, or none is due. */
            readonly nextAt: string | null;
            readonly held: components["schemas"]["DeliveryHeld"];
            readonly waited: components["schemas"]["DeliveryWaited"];
            readonly because: components["schemas"]["Because"];
            /** @description Reminders of the alert since then, with the same statement; null: none. */
            readonly repeated: {
                /** @description Id of the newest reminder, and `webhook-id` of its request. */
                readonly id: string;
                /** @description Reminders of the alert since its first notification or its return. */
                readonly count: number;
                /**
                 * Format: date-time
                 * @description When that was decided.
                 */
                readonly at: string;
                /** @enum {string} */
                readonly because: "first" | "graver" | "update" | "retracted" | "ended" | "repeat";
                /**
                 * @description `overtaken`: something newer of the alert was accepted first. `given-up`: after seven attempts. `gone`: 410.
                 * @enum {string}
                 */
                readonly state: "pending" | "accepted" | "overtaken" | "given-up" | "gone";
            } | null;
            readonly repeatHeld: components["schemas"]["ReminderHeld"];
            /** @description The last attempt. */
            readonly last: {
                /** Format: date-time */
                readonly at: string;
                readonly status: number | null;
                readonly durationMs: number;
                /** @description Beginning of the receiver’s answer. Null without its consent, and in networks that the operator has opened. */
                readonly excerpt: string | null;
                readonly reason: string | null;
            } | null;
            readonly request?: components["schemas"]["SentRequest"];
        };
        /** @description Why the policy delays it. */
        readonly DeliveryHeld: {
            readonly reason: components["schemas"]["HoldReason"];
            /**
             * Format: date-time
             * @description Null: until something changes.
             */
            readonly until: string | null;
            /** @description Id of the silence that delays it, or of the alert that was sent instead. */
            readonly by: string | null;
        } | null;
        /** @description Deliveries, newest first: those of alerts that are visible now. */
        readonly DeliveryList: {
            readonly items: readonly components["schemas"]["Delivery"][];
            readonly next: string | null;
        };
        /** @description Why it was delayed last, before it was sent or skipped. */
        readonly DeliveryWaited: components["schemas"]["HoldReason"] | null;
        /** @description A week in a theatre, of what the reader may see, as it is known now. Days are UTC. */
        readonly Digest: {
            readonly theatre: string;
            /**
             * Format: date
             * @description The Monday of the week.
             */
            readonly from: string;
            /**
             * Format: date
             * @description Its Sunday.
             */
            readonly to: string;
            /** @description Days before the week that usual means: at most 364; under 84 nothing is compared. */
            readonly baseDays: number;
            /** @description Attacks of the week. */
            readonly attacks: number;
            /** @description Attacks of a usual week: the mean of the base. Null: no past to compare with. */
            readonly usual: number | null;
            /** @description Probability of so many or more in a week at the usual rate, which is learned from the base: an exact gamma-Poisson tail. Null: no past to compare with. */
            readonly chance: number | null;
            /** @description Attacks of the last 8 weeks, this one last. */
            readonly trend: readonly number[];
            /** @description At least three attacks, of a probability of at most 0.01, or such a finding; the rarest first, at most 50. */
            readonly areas: readonly {
                /** @description ISO 3166-2. */
                readonly admin1: string;
                /** @description Its name. */
                readonly name: string;
                /** @description Attacks of the week. */
                readonly attacks: number;
                /** @description Attacks of a usual week: the mean of the base. Null: no past to compare with. */
                readonly usual: number | null;
                /** @description Probability of so many or more in a week at the usual rate, which is learned from the base: an exact gamma-Poisson tail. Null: no past to compare with. */
                readonly chance: number | null;
                /** @description Attacks of the last 8 weeks, this one last. */
                readonly trend: readonly number[];
                /** @description What rules that notify nobody find there. */
                readonly alerts: readonly {
                    readonly alertId: string;
                    readonly pattern: string;
                    readonly headline: string;
                    /** @description The headline in other languages. */
                    readonly inLanguages?: {
                        readonly fr: {
                            readonly headline: string;
                        };
                    };
                    readonly severity: components["schemas"]["Severity"];
                    readonly status: components["schemas"]["AlertStatus"];
                    /** @description When its situation began, ISO 8601. */
                    readonly from: string;
                }[];
            }[];
            /** @description Of more, how many are left out. */
            readonly areasOmitted: number;
            /** @description Situations of rules with a budget; the newest 50. */
            readonly situations: readonly {
                readonly alertId: string;
                readonly pattern: string;
                readonly headline: string;
                /** @description The headline in other languages. */
                readonly inLanguages?: {
                    readonly fr: {
                        readonly headline: string;
                    };
                };
                readonly severity: components["schemas"]["Severity"];
                readonly status: components["schemas"]["AlertStatus"];
                /** @description When its situation began, ISO 8601. */
                readonly from: string;
            }[];
            /** @description Null: no rule of the theatre has a budget. */
            readonly budget: {
                /** @description False alarms a year that the theatre allows. */
                readonly declared: number;
                /** @description About so many alerts of the last 365 days came by chance, as each states how rare it is. */
                readonly spent: number;
                /** @description So many of them officers resolved as false alarms. */
                readonly falseAlarms: number;
            } | null;
            /** @description False while the week lasts: more is to come. */
            readonly isOver: boolean;
        };
        /** @description How often alerts were judged to be false alarms. */
        readonly Dispositions: {
            /** @description By theatre, then by rule; none for a rule without an alert. */
            readonly items: readonly components["schemas"]["RuleDispositions"][];
        };
        /** @description An item of evidence with the current state of its incident. */
        readonly Evidence: {
            readonly incidentId: string;
            /** @description As the rules count it, which includes changes by hidden reports. Only for keys cleared for `restricted`. */
            readonly revision?: number;
            /** @enum {string} */
            readonly role: "trigger" | "support";
            /** @description Strictest handling of the incident's reports. */
            readonly handling: components["schemas"]["Handling"];
            readonly incident: components["schemas"]["Incident"] | null;
        };
        /** @description `incident` is null for one that is not kept or not visible. */
        readonly EvidencePage: {
            readonly items: readonly components["schemas"]["Evidence"][];
            readonly next: string | null;
        };
        /** @description Numbers of deaths; null is unknown, which is not zero. */
        readonly Fatalities: {
            readonly low: number | null;
            readonly best: number | null;
            readonly high: number | null;
        };
        /** @description `prev` of each row is the cursor of the previous row: a break in that chain is a gap. */
        readonly FeedPage: {
            /** @description False: the position cannot be resumed. `snapshot` is then the state at `next`, or its first part. */
            readonly recovered: boolean;
            readonly items: readonly {
                readonly event: components["schemas"]["ShownEvent"];
                /** @description The position after it, equal on stream and feed. */
                readonly cursor: string;
                /** @description The previous cursor in this answer, at first that of the request. With `headline` and `ids` its first 8 characters. */
                readonly prev: string;
            }[];
            /** @description Where to continue, also without rows. */
            readonly next: string;
            /** @description Open alerts as of `next`, most severe first. With `recovered` true, a further part of the snapshot. */
            readonly snapshot?: readonly components["schemas"]["ShownAlert"][];
            /** @description True if further parts of the snapshot follow after `next`. */
            readonly more?: boolean;
        };
        /** @description A fault. */
        readonly FieldError: {
            /** @description A JSON pointer into the body, or the name of the parameter or header. */
            readonly pointer: string;
            /** @description The fault, as the end of a sentence that begins with the pointer. */
            readonly detail: string;
        };
        /** @description Values of one name are alternatives, all names must match. Empty: all alerts. */
        readonly Filter: {
            readonly severity?: readonly components["schemas"]["Severity"][];
            /** @description This severity or more. */
            readonly minSeverity?: components["schemas"]["Severity"];
            readonly status?: readonly components["schemas"]["AlertStatus"][];
            readonly pattern?: components["schemas"]["FilterNames"];
            readonly ruleId?: components["schemas"]["FilterNames"];
            readonly category?: components["schemas"]["FilterCategory"];
            readonly theatre?: components["schemas"]["FilterNames"];
            /** @description ISO 3166-2. */
            readonly admin1?: components["schemas"]["FilterNames"];
            /** @description ISO 3166-1 alpha-2. */
            readonly country?: components["schemas"]["FilterNames"];
            readonly polygon?: components["schemas"]["FilterPolygon"];
            readonly circle?: components["schemas"]["FilterCircle"];
            readonly certainty?: readonly components["schemas"]["Certainty"][];
            readonly handling?: readonly components["schemas"]["Handling"][];
            /** @description True: only drills. False: no drills. */
            readonly drill?: boolean;
        };
        /** @description Values of one name are alternatives, all names must match. Empty: all alerts. */
        readonly FilterBody: {
            readonly severity?: readonly components["schemas"]["Severity"][] | components["schemas"]["Severity"];
            /** @description This severity or more. */
            readonly minSeverity?: components["schemas"]["Severity"];
            readonly status?: readonly components["schemas"]["AlertStatus"][] | components["schemas"]["AlertStatus"];
            readonly pattern?: components["schemas"]["FilterNamesBody"];
            readonly ruleId?: components["schemas"]["FilterNamesBody"];
            /** @description Of the reports of its evidence. */
            readonly category?: components["schemas"]["FilterCategory"] | ("attack" | "attack-on-civilians" | "clash" | "ambush" | "explosion" | "air-strike" | "shelling" | "abduction" | "release" | "killing" | "looting" | "arson" | "infrastructure-destroyed" | "blockade" | "movement-denied" | "aid-denied" | "access-restored" | "territory-seized" | "imposed-rule" | "displacement" | "food-insecurity" | "school-closure" | "advisory" | "appeal" | "threat" | "protest" | "statistic" | "other");
            readonly theatre?: components["schemas"]["FilterNamesBody"];
            /** @description ISO 3166-2. */
            readonly admin1?: components["schemas"]["FilterNamesBody"];
            /** @description ISO 3166-1 alpha-2. */
            readonly country?: components["schemas"]["FilterNamesBody"];
            readonly polygon?: components["schemas"]["FilterPolygon"];
            readonly circle?: components["schemas"]["FilterCircle"];
            readonly certainty?: readonly components["schemas"]["Certainty"][] | components["schemas"]["Certainty"];
            readonly handling?: readonly components["schemas"]["Handling"][] | components["schemas"]["Handling"];
            /** @description True: only drills. False: no drills. */
            readonly drill?: boolean;
        };
        /** @description Of the reports of its evidence. */
        readonly FilterCategory: readonly ("attack" | "attack-on-civilians" | "clash" | "ambush" | "explosion" | "air-strike" | "shelling" | "abduction" | "release" | "killing" | "looting" | "arson" | "infrastructure-destroyed" | "blockade" | "movement-denied" | "aid-denied" | "access-restored" | "territory-seized" | "imposed-rule" | "displacement" | "food-insecurity" | "school-closure" | "advisory" | "appeal" | "threat" | "protest" | "statistic" | "other")[];
        /** @description Latitude, longitude and radius, km, of a circle that the circle of the alert intersects. */
        readonly FilterCircle: [
            [
                number,
                number,
                number
            ],
            [
                number,
                number,
                number
            ],
            [
                number,
                number,
                number
            ]
        ];
        readonly FilterNames: readonly string[];
        readonly FilterNamesBody: components["schemas"]["FilterNames"] | string;
        /** @description A GeoJSON Polygon that the circle of the alert intersects; at most 1,000 positions. */
        readonly FilterPolygon: {
            /** @enum {string} */
            readonly type: "Polygon";
            readonly coordinates: [
                [
                    [
                        number,
                        number,
                        ...number[]
                    ][],
                    [
                        number,
                        number,
                        ...number[]
                    ][],
                    [
                        number,
                        number,
                        ...number[]
                    ][],
                    [
                        number,
                        number,
                        ...number[]
                    ][],
                    ...[
                        number,
                        number,
                        ...number[]
                    ][][]
                ][],
                ...[
                    [
                        number,
                        number,
                        ...number[]
                    ][],
                    [
                        number,
                        number,
                        ...number[]
                    ][],
                    [
                        number,
                        number,
                        ...number[]
                    ][],
                    [
                        number,
                        number,
                        ...number[]
                    ][],
                    ...[
                        number,
                        number,
                        ...number[]
                    ][][]
                ][][]
            ];
        };
        /** @enum {string} */
        readonly Handling: "public" | "partners" | "internal" | "restricted";
        /** @description A sign of life, which moves the position over what the reader does not get. */
        readonly HeartbeatEventData: {
            /** @description The cursor of the frame before it in this subscription. With `headline` and `ids` its first 8 characters. Anything else is a gap. */
            readonly prev: string;
            /**
             * Format: date-time
             * @description When it was sent.
             */
            readonly sentAt: string;
            /** @description How long ago, at most, this instance and the rules had folded all, s, in steps of 5. An instance that cannot read the alerts for too long sends its clients away. */
            readonly ageSeconds: number;
            /** @description Identity of the log: another one after a restore of an older copy. */
            readonly epoch: string;
            /** @description Age of the last report of the canary that became an alert, s, in the theatre where it is oldest; null: there is no canary. */
            readonly canaryAgeSeconds: number | null;
            /** @description The reader has everything up to here, once all earlier frames are handled. */
            readonly complete: {
                /** @description How many events of alerts readers of this level and these theatres have. */
                readonly record: number;
                /**
                 * Format: date-time
                 * @description What was accepted by this time, of the theatre where it is earliest, is all in; null: a replay has not begun.
                 */
                readonly time: string | null;
            };
        };
        /** @description Why a report triggers nothing by itself, or not some rules. */
        readonly Hindrance: {
            /**
             * @description `grade`: its source or its credibility is too poor; `beyond-window`: it ended before the retention of its theatre; `too-coarse`: its place is less precise than a rule needs.
             * @enum {string}
             */
            readonly reason: "withdrawn" | "no-theatre" | "beyond-window" | "statistic" | "grade" | "contradicting-place" | "unknown-place" | "too-coarse";
            readonly detail: string;
            /** @description The rules concerned; null for all. Empty if the key may not see rules. */
            readonly rules: readonly string[] | null;
        };
        /** @enum {string} */
        readonly HoldReason: "silenced" | "off-watch" | "quiet-hours" | "told-in-story" | "answered" | "pages-nobody" | "earlier-line" | "group-wait" | "update-interval" | "below-minimum";
        /** @description What files can be. */
        readonly ImportKinds: {
            readonly formats: readonly {
                readonly format: string;
                /** @enum {string} */
                readonly mapping: "needed" | "optional" | "none";
                /** @description `reportedAt` does not apply. */
                readonly statesReportTime: boolean;
            }[];
            /** @description Names of mappings that ship. */
            readonly mappings: readonly string[];
        };
        /** @description What the rows of a file would become. Each row read is in one count. */
        readonly ImportTried: {
            /** @description Rows read. */
            readonly rows: number;
            /** @description Rows that would be stored. */
            readonly accepted: number;
            /** @description Rows that say what Tocsin or an earlier row says already. */
            readonly duplicates: number;
            /** @description Rows that withdraw a report. */
            readonly withdrawals: number;
            /** @description Rows of reports that were withdrawn, which is final. */
            readonly staysWithdrawn: number;
            /** @description Rows that are no report, such as headings. */
            readonly leftOut: number;
            readonly refused: number;
            /** @description The first 100. */
            readonly refusedRows: readonly {
                /** @description As in a spreadsheet or an editor: a header is row 1. */
                readonly row: number;
                readonly faults: readonly {
                    /** @description Null: the whole row. */
                    readonly column: string | null;
                    readonly reason: string;
                    /** @description A sentence without its subject. */
                    readonly detail: string;
                }[];
            }[];
            /** @description Accepted rows with an adjusted value, by what was adjusted. */
            readonly warnings: {
                readonly [key: string]: number;
            };
            /** @description Accepted rows by category. */
            readonly categories: {
                readonly [key: string]: number;
            };
            /** @description Accepted rows by country. */
            readonly countries: {
                readonly [key: string]: number;
            };
            /** @description Accepted rows by how their place was found. */
            readonly places: {
                readonly [key: string]: number;
            };
            /** @description Accepted rows by source. */
            readonly sources: {
                readonly [key: string]: number;
            };
            /** @description The first and the last day; null without an accepted row. */
            readonly occurred: {
                readonly from: string;
                readonly to: string;
            } | null;
            /** @description What is to know about the file as a whole. */
            readonly notes: readonly string[];
            /** @description Why the file could not be read to its end; null if it could. */
            readonly brokenBy: string | null;
            /** @description The accepted rows, in order, as they are to be posted. */
            readonly reports: readonly components["schemas"]["Report"][];
            /** @description Each for a DELETE, after the reports. */
            readonly toWithdraw: readonly {
                readonly reportId: string;
                readonly externalId: string;
                readonly reason: string;
                /** @description It is no fault where Tocsin does not have the report. */
                readonly mayBeAbsent: boolean;
            }[];
        };
        /** @description An incident in the world, assembled from reports. */
        readonly Incident: {
            readonly incidentId: string;
            readonly revision: number;
            readonly theatre: string;
            /** @description Ids that resolve to it too. */
            readonly aliases: readonly string[];
            /** @description Number of sources; copies of one text count once. */
            readonly independentSources: number;
            readonly occurred: components["schemas"]["Span"];
            readonly category: string;
            readonly tactics: readonly string[];
            readonly fatalities: components["schemas"]["Fatalities"];
            readonly credibility: number;
            readonly handling: components["schemas"]["Handling"];
            /** @description Incidents that this one came from (`merged`) or was part of (`split`). */
            readonly from: readonly string[];
            /** @description An exercise. Left out if it is none. */
            readonly drill?: boolean;
            /** @description Incidents that it may be identical with, and whose deaths count instead. */
            readonly mayBe?: readonly string[];
            /** @description A report of it could be one with more than 200 others of its place and time: copies and declared pairs alone join. */
            readonly inCrowd?: boolean;
            /** @description Why its reports are one incident: one join less than reports, strongest first, at most 50. */
            readonly joins?: readonly components["schemas"]["IncidentJoin"][];
            /** @description Handling levels of the readers it is for. Left out by engines before 0.14.0: all who may see its handling. */
            readonly readers?: readonly components["schemas"]["Handling"][];
            /** @description The handling of a report of it was raised: its readers saw more before. */
            readonly takenBack?: boolean;
            readonly place: components["schemas"]["IncidentPlace"];
            /** @description Further places, from the reports that the key may see. */
            readonly alsoAt: readonly components["schemas"]["ShownPlace"][];
            /** @description Its last report was withdrawn. */
            readonly withdrawn: boolean;
            /** @description The reports that the key may see. */
            readonly reports: readonly components["schemas"]["IncidentReport"][];
        };
        /** @description A completed split or merge. */
        readonly IncidentActionDone: {
            readonly actionId: string;
            /** @description The incidents that hold the reports of the action. */
            readonly incidents: readonly components["schemas"]["Incident"][];
        };
        /** @description An incident with its past states. */
        readonly IncidentDetail: components["schemas"]["Incident"] & {
            /** @description Oldest first. */
            readonly history: readonly {
                /** @description Unique per event, and equal on every transport. */
                readonly id: string;
                /** @description `tocsin.alert.raised.v1` and so on. */
                readonly type: string;
                /** Format: date-time */
                readonly time: string;
                readonly cause: string | null;
                /** @description The split (`same` false) or merge (true) by an officer that caused it. */
                readonly declared: {
                    /** @description The name of the requesting key, or `an officer`. */
                    readonly by: string;
                    /** @description The id of that key; null for events from before ids were stored. */
                    readonly byId: string | null;
                    /** Format: date-time */
                    readonly at: string;
                    readonly same: boolean;
                    /** @description Null for readers who may not read it. */
                    readonly note: string | null;
                } | null;
                /** @description The incident after this event, and why its reports joined. */
                readonly data: {
                    readonly incidentId: string;
                    readonly revision: number;
                    readonly theatre: string;
                    /** @description Ids that resolve to it too. */
                    readonly aliases: readonly string[];
                    /** @description Number of sources; copies of one text count once. */
                    readonly independentSources: number;
                    readonly occurred: components["schemas"]["Span"];
                    readonly category: string;
                    readonly tactics: readonly string[];
                    readonly place: {
                        readonly name: string | null;
                        readonly country: string | null;
                        readonly admin1: string | null;
                        readonly lat: number | null;
                        readonly lon: number | null;
                        readonly radiusKm: number | null;
                        readonly settlement: string | null;
                    };
                    readonly fatalities: components["schemas"]["Fatalities"];
                    readonly credibility: number;
                    readonly handling: components["schemas"]["Handling"];
                    /** @description Incidents that this one came from (`merged`) or was part of (`split`). */
                    readonly from: readonly string[];
                    /** @description An exercise. Left out if it is none. */
                    readonly drill?: boolean;
                    /** @description Incidents that it may be identical with, and whose deaths count instead. */
                    readonly mayBe?: readonly string[];
                    /** @description A report of it could be one with more than 200 others of its place and time: copies and declared pairs alone join. */
                    readonly inCrowd?: boolean;
                    /** @description Why its reports are one incident: one join less than reports, strongest first, at most 50. */
                    readonly joins?: readonly components["schemas"]["IncidentJoin"][];
                    /** @description Handling levels of the readers it is for. Left out by engines before 0.14.0: all who may see its handling. */
                    readonly readers?: readonly components["schemas"]["Handling"][];
                    /** @description The handling of a report of it was raised: its readers saw more before. */
                    readonly takenBack?: boolean;
                    readonly reports: readonly {
                        readonly reportId: string;
                        readonly sourceId: string;
                    }[];
                };
            }[];
        };
        /** @description Two reports that were joined into one incident, or into parts of one. */
        readonly IncidentJoin: {
            readonly reports: [
                string,
                string
            ];
            /** @description 0.5 to 1 by place, day, kind and perpetrators; 2 = a copy; 3 = declared. */
            readonly score: number;
            /** @description In words. */
            readonly why: string;
        };
        /** @description Incidents, most recently changed first. */
        readonly IncidentList: {
            readonly items: readonly components["schemas"]["Incident"][];
            readonly next: string | null;
        };
        /** @description The place as used by the rules, and how it was resolved. */
        readonly IncidentPlace: {
            readonly name: string | null;
            readonly country: string | null;
            readonly admin1: string | null;
            readonly lat: number | null;
            readonly lon: number | null;
            readonly radiusKm: number | null;
            readonly settlement: string | null;
            /** @description Null if no report that the key may see states it. */
            readonly resolution: ("stated" | "gazetteer" | "ambiguous" | "unresolved") | null;
            readonly candidates: readonly components["schemas"]["PlaceCandidate"][];
            /** @description Number of further candidates. Omitted if there are none. */
            readonly candidatesOmitted?: number;
            /**
             * @description `country`: the coordinates are far outside the stated country: the place is kept and triggers nothing. `admin1`: far outside the stated area, which counts but is not certain.
             * @enum {string}
             */
            readonly contradiction?: "country" | "admin1";
            /**
             * @description `assumed`: not stated; `radiusKm` follows from the decimals of the coordinates, and evidence is `likely` at most.
             * @enum {string}
             */
            readonly precision?: "assumed";
        };
        /** @description A report of the incident. */
        readonly IncidentReport: {
            readonly reportId: string;
            readonly sourceId: string;
            readonly externalId: string | null;
            readonly reportedAt: components["schemas"]["Instant"];
            readonly occurred: components["schemas"]["Span"];
            readonly category: components["schemas"]["Category"];
            readonly tactics: readonly string[];
            readonly actors: readonly {
                readonly name: string;
                readonly role: string | null;
            }[];
            readonly targets: readonly {
                readonly kind: string;
            }[];
            readonly fatalities: components["schemas"]["Fatalities"];
            readonly credibility: number;
            readonly handling: components["schemas"]["Handling"];
            readonly drill: boolean;
            readonly lane: components["schemas"]["Lane"];
            /** @description The theatre of its place now. */
            readonly theatre: string;
            readonly place: components["schemas"]["ShownPlace"];
            readonly alsoAt: readonly components["schemas"]["ShownPlace"][];
            readonly withdrawn: boolean;
            readonly private?: components["schemas"]["PrivateTexts"] | null;
        };
        /** @description ISO 8601, UTC, milliseconds. */
        readonly Instant: string;
        /** @description Its limits, if they differ from the settings. */
        readonly KeyLimits: {
            readonly perMinute?: number;
            readonly perDay?: number;
            readonly bodyBytes?: number;
        };
        /** @description Keys within the rights of the requesting key, including revoked ones. */
        readonly KeyList: {
            readonly items: readonly components["schemas"]["KeyShown"][];
            readonly next: string | null;
        };
        /** @description The new key. */
        readonly KeyMade: {
            readonly id: string;
            /** @description The same as `id`. */
            readonly keyId: string;
            readonly name: string;
            readonly scopes: components["schemas"]["KeyScopes"];
            readonly theatres: components["schemas"]["TheatresHeld"];
            readonly handling: components["schemas"]["Handling"];
            /** @description ISO 8601; null: never. */
            readonly expiresAt: string | null;
            readonly limits: components["schemas"]["KeyLimits"];
            /** @description The id of a key, `owner`, `oidc:<subject>`, or, by earlier versions, `session:<id>`; null if not recorded. */
            readonly createdBy: string | null;
            /** @description The bearer token of the holder. Shown only once. */
            readonly secret: string;
        };
        /** @description The key with its new secret. */
        readonly KeyRotated: components["schemas"]["KeyMade"] & {
            /** Format: date-time */
            readonly createdAt: string;
            /** @description When it got its newest secret; null: the first. */
            readonly rotatedAt: string | null;
            /** @description Who rotated it. */
            readonly rotatedBy: string | null;
            /** @description When the last link to sign in as its holder was made; null: none was. */
            readonly linkedAt: string | null;
            /** @description Who made that link. */
            readonly linkedBy: string | null;
            /** @description Null while it is valid. */
            readonly revokedAt: string | null;
            /** @description Who revoked it. */
            readonly revokedBy: string | null;
            /** @description When the last of its earlier secrets expires; null: none is valid. */
            readonly overlapsUntil: string | null;
        };
        readonly KeyScopes: readonly ("reports:write" | "reports:read" | "alerts:read" | "alerts:operate" | "persons:read" | "rules:manage" | "subscriptions:manage" | "audit:read" | "admin" | "metrics:read")[];
        /** @description A key, without its secret. */
        readonly KeyShown: {
            readonly id: string;
            /** @description The same as `id`. */
            readonly keyId: string;
            readonly name: string;
            readonly scopes: components["schemas"]["KeyScopes"];
            readonly theatres: components["schemas"]["TheatresHeld"];
            readonly handling: components["schemas"]["Handling"];
            /** @description ISO 8601; null: never. */
            readonly expiresAt: string | null;
            readonly limits: components["schemas"]["KeyLimits"];
            /** @description The id of a key, `owner`, `oidc:<subject>`, or, by earlier versions, `session:<id>`; null if not recorded. */
            readonly createdBy: string | null;
            /** Format: date-time */
            readonly createdAt: string;
            /** @description When it got its newest secret; null: the first. */
            readonly rotatedAt: string | null;
            /** @description Who rotated it. */
            readonly rotatedBy: string | null;
            /** @description When the last link to sign in as its holder was made; null: none was. */
            readonly linkedAt: string | null;
            /** @description Who made that link. */
            readonly linkedBy: string | null;
            /** @description Null while it is valid. */
            readonly revokedAt: string | null;
            /** @description Who revoked it. */
            readonly revokedBy: string | null;
            /** @description When the last of its earlier secrets expires; null: none is valid. */
            readonly overlapsUntil: string | null;
            /** @description The beginning of the hour of its last use, as far as this instance knows. */
            readonly lastUsedAt: string | null;
        };
        /**
         * @description `backfill`: old news from a file, which pages nobody.
         * @enum {string}
         */
        readonly Lane: "live" | "backfill";
        /** @description The alert is no longer visible; nothing else is shown. */
        readonly LeftView: {
            readonly alertId: string;
            readonly theatre: string;
        };
        /** @description What was measured. */
        readonly Measure: {
            readonly name: string;
            readonly value: number;
            readonly threshold: number;
            readonly baseline: number | null;
        };
        readonly Name: string;
        /** @description Near misses. */
        readonly NearMissList: {
            readonly items: readonly {
                readonly theatre: string;
                /** @description The group that it is about. */
                readonly group: {
                    readonly [key: string]: string;
                };
                readonly measure: components["schemas"]["Measure"];
                /** @description What is missing, as text. */
                readonly lacks: string;
                /** @description Present for an exercise. */
                readonly drill?: boolean;
                /** @description Incidents that count so far. */
                readonly incidents: number;
                /**
                 * Format: date-time
                 * @description When the last of them ended.
                 */
                readonly lastAt: string;
            }[];
            readonly next: null;
            /** @description False if the pattern of the rule cannot report near misses. */
            readonly canSay: boolean;
        };
        readonly Note: string | null;
        /** @description Before the server closes the connection. */
        readonly NoticeEventData: {
            /** @description The close code that follows. */
            readonly code: number;
            /** @description For people. */
            readonly detail: string;
            /** @description True below 4500: connect again with the last cursor. */
            readonly reconnect: boolean;
            /** @description Wait this long first. */
            readonly retryAfterMs?: number;
            /**
             * Format: date-time
             * @description Since when what was shown may have been out of date.
             */
            readonly staleSince?: string;
        };
        /** @description What was done about the alert. */
        readonly OfficerResponse: {
            /** @enum {string} */
            readonly kind: "warned" | "moved" | "sent" | "other" | "none";
            /** @description When it was done, ISO 8601. */
            readonly at: string;
            /** @description When an officer recorded it, ISO 8601. */
            readonly recordedAt: string;
            /** @description Left out in older records. */
            readonly id?: string;
            /** @description Ids of those that it replaces, each replaced by the next, at most 20; left out if none. */
            readonly corrects?: readonly string[];
            /** @description Id of the key that recorded it, to readers of its handling. Only in `recent`. */
            readonly byId?: string;
            /** @description Who may read that name. Left out: `internal`. */
            readonly handling?: components["schemas"]["Handling"];
        };
        /** @description Open alerts that are listed under another. */
        readonly ParentList: {
            readonly items: readonly {
                readonly alertId: string;
                /** @description The open alert under which it is listed. */
                readonly partOf: string;
            }[];
        };
        /** @description A human at a subscription has an alert. */
        readonly PartnersAnswer: {
            /**
             * Format: date-time
             * @description When that was said.
             */
            readonly at: string;
            /**
             * Format: date-time
             * @description Until when they have it.
             */
            readonly until: string | null;
            readonly note: string | null;
            /**
             * @description With a key, or by the link in a webhook.
             * @enum {string}
             */
            readonly via: "key" | "link";
            /** @description What was said last was done there; null: nothing was. */
            readonly response: {
                /** @enum {string} */
                readonly kind: "warned" | "moved" | "sent" | "other" | "none";
                /**
                 * Format: date-time
                 * @description When it was done.
                 */
                readonly at: string;
                /**
                 * Format: date-time
                 * @description When that was said.
                 */
                readonly recordedAt: string;
            } | null;
        };
        readonly Place: {
            readonly name: string | null;
            /** @description ISO 3166-1 alpha-2. */
            readonly country: string | null;
            /** @description ISO 3166-2. The effective one. */
            readonly admin1: string | null;
            readonly statedAdmin1: string | null;
            readonly foundAdmin1: string | null;
            /** @description Degrees, WGS 84. */
            readonly lat: number | null;
            /** @description Degrees, WGS 84. */
            readonly lon: number | null;
            /** @description Precision, km. For an ambiguous name it covers all candidates. Null only without coordinates. */
            readonly radiusKm: number | null;
            /** @description Stable id of the settlement (`ML-4/diosso`); null if unknown or ambiguous. */
            readonly settlement: string | null;
            readonly settlementName: string | null;
            /**
             * @description Origin of the coordinates. `ambiguous`: `candidates` holds all that the name may mean.
             * @enum {string}
             */
            readonly resolution: "stated" | "gazetteer" | "ambiguous" | "unresolved";
            readonly candidates: readonly components["schemas"]["PlaceCandidate"][];
            /**
             * @description `assumed`: not stated; `radiusKm` follows from the decimals of the coordinates, and evidence is `likely` at most.
             * @enum {string}
             */
            readonly precision?: "assumed";
            /**
             * @description `country`: the coordinates are far outside the stated country: the place is kept and triggers nothing. `admin1`: far outside the stated area, which counts but is not certain.
             * @enum {string}
             */
            readonly contradiction?: "country" | "admin1";
            /** @description ISO 3166-2 codes of the areas that touch `admin1`. */
            readonly neighbours?: readonly string[];
            /** @description ISO 3166-1 codes of the states that claim the land; `country` is then null. */
            readonly claimants?: readonly string[];
            /**
             * @description The greatest unit that the settlement is the seat of.
             * @enum {string}
             */
            readonly seat?: "country" | "admin1" | "admin2";
            readonly near?: components["schemas"]["PlaceNear"];
        };
        /** @description One of the places that a name may mean. */
        readonly PlaceCandidate: {
            readonly settlement: string;
            readonly name: string;
            readonly country: string;
            readonly admin1: string | null;
            /** @description Degrees, WGS 84. */
            readonly lat: number;
            /** @description Degrees, WGS 84. */
            readonly lon: number;
        };
        /** @description The nearest known settlement to a place without a name, at most 100 km away. */
        readonly PlaceNear: {
            readonly name: string;
            readonly km: number;
            /**
             * @description From the settlement to the place.
             * @enum {string}
             */
            readonly wind: "north" | "north-east" | "east" | "south-east" | "south" | "south-west" | "west" | "north-west";
        };
        /** @description A previewed alert. */
        readonly PreviewedAlert: {
            /** @description Null for a new one. */
            readonly alertId: string | null;
            readonly ruleId: string;
            /** @description Of the rule that finds it; null if that is not in force any more. */
            readonly pattern: string | null;
            /** @description The group that it is about. */
            readonly group: {
                readonly [key: string]: string;
            };
            readonly headline: string;
            /** @description Present for an exercise. */
            readonly drill?: boolean;
            readonly severity: components["schemas"]["Severity"];
            readonly level: number;
            readonly area: components["schemas"]["AlertArea"];
            /** @description Its window; `to` is null while it is open. */
            readonly window: components["schemas"]["AlertWindow"];
            readonly measure: components["schemas"]["Measure"];
            /** @description Number of triggering incidents. */
            readonly triggers: number;
            /** @description From the start of its first triggering incident until it could be published, s. */
            readonly lateSeconds: number;
        };
        /** @description The private texts are unreadable everywhere. */
        readonly PrivateErased: {
            readonly reportId: string;
            /** @description False if there were none. */
            readonly erased: boolean;
        };
        /** @description Only for keys with the scope `persons:read`; null once erased. */
        readonly PrivateTexts: {
            readonly narrative: string | null;
            readonly links: readonly string[];
            readonly persons: readonly {
                readonly name: string | null;
                readonly aliases: readonly string[];
                readonly role: string | null;
                readonly kind: string | null;
            }[];
        };
        /**
         * @description Why a request failed. Some problems have further members, such as who came first.
         * @example {
         *       "type": "urn:tocsin:problem:body-invalid",
         *       "title": "The body does not match the contract",
         *       "status": 422,
         *       "code": "body-invalid",
         *       "detail": "/occurred/from is missing",
         *       "instance": "urn:tocsin:request:5f3a91c2-1k",
         *       "errors": [
         *         {
         *           "pointer": "/occurred/from",
         *           "detail": "is missing"
         *         }
         *       ]
         *     }
         */
        readonly Problem: {
            /** @description `urn:tocsin:problem:` and the code. */
            readonly type: string;
            /** @description For people; may change. */
            readonly title: string;
            /** @description The status of the answer. */
            readonly status: number;
            readonly code: components["schemas"]["ProblemCode"];
            /** @description For people; may change. */
            readonly detail: string;
            /** @description Identifies the request in the log. */
            readonly instance?: string;
            /** @description The faults; at most 20. */
            readonly errors?: readonly components["schemas"]["FieldError"][];
        } & {
            readonly [key: string]: unknown;
        };
        /**
         * @description Stable.
         * @enum {string}
         */
        readonly ProblemCode: "body-invalid" | "body-malformed" | "body-too-large" | "content-type-unsupported" | "content-encoding-unsupported" | "query-invalid" | "header-invalid" | "headers-too-large" | "request-timeout" | "route-unknown" | "not-found" | "method-not-allowed" | "not-authenticated" | "forbidden" | "host-refused" | "origin-refused" | "report-withdrawn" | "action-refused" | "precondition-required" | "tick-refused" | "url-refused" | "cursor-invalid" | "too-many" | "overloaded" | "projection-behind" | "log-unavailable" | "disk-full" | "identity-unavailable" | "starting-up" | "shutting-down" | "internal";
        /** @description Bytes that no version could parse. */
        readonly QuarantineEntry: {
            readonly id: string;
            /** @description The topic in which they were. */
            readonly topic: string;
            readonly partition: number;
            /** @description Decimal digits. */
            readonly position: string;
            /** @enum {string} */
            readonly reason: "not-utf8" | "not-json" | "not-an-envelope" | "data-invalid" | "unknown-type";
            /** @description Number of bytes that are kept. */
            readonly bytes: number;
            /** @description There were, or may have been, more bytes. */
            readonly truncated: boolean;
            /** @description The version that could not parse them. */
            readonly engine: string;
            /** Format: date-time */
            readonly quarantinedAt: string;
            /** @description How it was settled. */
            readonly settled: {
                /** @enum {string} */
                readonly how: "replayed" | "dismissed";
                readonly by: string;
                /** Format: date-time */
                readonly at: string;
                /** @description The report that was accepted in its place. */
                readonly reportId: string | null;
            } | null;
            /** @description Only for keys that may see everything. */
            readonly content?: {
                readonly base64: string;
                /** @description The same as text; null if it is not UTF-8. */
                readonly text: string | null;
            };
        };
        /** @description Quarantine entries, without their bytes. */
        readonly QuarantineList: {
            readonly items: readonly components["schemas"]["QuarantineEntry"][];
            readonly next: string | null;
        };
        readonly QuietHours: {
            readonly from: string;
            readonly to: string;
            readonly timeZone: string;
        } | null;
        /** @description Only extreme alerts and retractions are sent in these hours. */
        readonly QuietHoursBody: {
            /** @description Local time of day at which they begin, such as `22:00`. */
            readonly from: string;
            /** @description Local time of day at which they end; before `from`: on the next day. */
            readonly to: string;
            /** @description IANA name of the time zone, such as `Africa/Bamako`. */
            readonly timeZone: string;
        } | null;
        /** @description Readiness, and what is missing. */
        readonly ReadyReport: {
            readonly ready: boolean;
            /** @enum {string} */
            readonly phase: "starting" | "serving" | "draining" | "closing";
            /** @description `ok`, or since when the log has not answered, and why. */
            readonly log: string;
            /** @description The checks of each service: `ok`, or what is missing. */
            readonly checks: {
                readonly [key: string]: {
                    readonly [key: string]: string;
                };
            };
        };
        /** @description Why a reminder that is due is not sent; null: none is due, or nothing delays it. */
        readonly ReminderHeld: {
            readonly reason: components["schemas"]["HoldReason"];
            /**
             * Format: date-time
             * @description Null: until something changes.
             */
            readonly until: string | null;
            /** @description Id of the silence that delays it, or of the alert that was sent instead. */
            readonly by: string | null;
            /**
             * Format: date-time
             * @description When that was decided.
             */
            readonly at: string;
        } | null;
        /** @description The replayed deliveries. */
        readonly Replayed: {
            readonly replayed: number;
        };
        /**
         * Posted report
         * @description What a reporter posts: one report of one source.
         */
        readonly Report: {
            /** @description an object with the id of the source */
            readonly source: {
                /** @description an id of 1 to 64 letters, digits, dots, hyphens, underscores and colons that begins with a letter or digit */
                readonly id: string;
            };
            /** @description the id of the report at its source, 1 to 200 characters on one line */
            readonly externalId?: string;
            /** @description an instant with its offset from UTC, such as 2025-06-02T09:00:00Z */
            readonly reportedAt?: string;
            /** @description an object with from and to */
            readonly occurred: {
                /** @description a day such as 2025-06-01, or an instant with its offset from UTC */
                readonly from: string;
                /** @description a day such as 2025-06-01, or an instant with its offset from UTC */
                readonly to: string;
            };
            /**
             * @description one of the published categories
             * @enum {string}
             */
            readonly category: "attack" | "attack-on-civilians" | "clash" | "ambush" | "explosion" | "air-strike" | "shelling" | "abduction" | "release" | "killing" | "looting" | "arson" | "infrastructure-destroyed" | "blockade" | "movement-denied" | "aid-denied" | "access-restored" | "territory-seized" | "imposed-rule" | "displacement" | "food-insecurity" | "school-closure" | "advisory" | "appeal" | "threat" | "protest" | "statistic" | "other";
            /** @description a list of at most 20 tactics */
            readonly tactics?: readonly string[];
            readonly location: components["schemas"]["ReportLocation"];
            /** @description a list of at most 20 further places */
            readonly alsoAt?: readonly components["schemas"]["ReportLocation"][];
            /** @description a list of at most 20 actors */
            readonly actors?: readonly {
                /** @description the name of an actor, at most 200 characters on one line */
                readonly name: string;
                /** @description a role such as perpetrator, at most 60 characters */
                readonly role?: string;
            }[];
            /** @description a list of at most 20 targets */
            readonly targets?: readonly {
                /** @description a kind of target such as civilians, at most 60 characters */
                readonly kind: string;
            }[];
            /** @description an object with low, best and high */
            readonly fatalities?: {
                /** @description a whole number from 0 to 10000000, or null for unknown */
                readonly low?: number | null;
                /** @description a whole number from 0 to 10000000, or null for unknown */
                readonly best?: number | null;
                /** @description a whole number from 0 to 10000000, or null for unknown */
                readonly high?: number | null;
            };
            /** @description a whole number from 1 (confirmed) to 6 (cannot be judged) */
            readonly credibility?: number;
            /** @description public, partners, internal or restricted */
            readonly handling?: components["schemas"]["Handling"];
            /** @description true or false */
            readonly drill?: boolean;
            /** @description an object with narrative, links and persons */
            readonly private?: {
                /** @description a text of at most 20000 characters */
                readonly narrative?: string;
                /** @description a list of at most 20 links */
                readonly links?: readonly string[];
                /** @description a list of at most 50 persons */
                readonly persons?: readonly {
                    /** @description the name of a person, at most 200 characters on one line */
                    readonly name?: string;
                    /** @description a list of at most 10 further names */
                    readonly aliases?: readonly string[];
                    /** @description a role such as captured, at most 60 characters */
                    readonly role?: string;
                    /** @description a kind such as commander, at most 60 characters */
                    readonly kind?: string;
                }[];
            };
        };
        /** @description The report is stored: it survives a crash of the suite from now on. */
        readonly ReportAccepted: {
            /** @description Stable over all revisions. */
            readonly reportId: string;
            /** @description Number of known revisions, including this one. */
            readonly revision: number;
            /** @description The theatre in which it counts now. */
            readonly theatre: string;
            /** @description Nothing was written: the suite already has all of it. */
            readonly duplicate: boolean;
            readonly place?: components["schemas"]["ToldPlace"];
            /** @description Further places in order; omitted if there are none. */
            readonly alsoAt?: readonly components["schemas"]["ToldPlace"][];
            readonly superseded?: components["schemas"]["ReportSuperseded"];
            /** @description Equal to the header `tocsin-cursor`. */
            readonly cursor: string;
        };
        /** @description A summary of an alert that rests on a report. */
        readonly ReportAlert: {
            readonly alertId: string;
            readonly status: components["schemas"]["AlertStatus"];
            readonly severity: components["schemas"]["Severity"];
            readonly ruleId: string;
            readonly headline: string;
        };
        /** @description A CloudEvent 1.0 in structured mode whose data is a report. */
        readonly ReportEvent: {
            /** @enum {string} */
            readonly specversion: "1.0";
            /** @enum {string} */
            readonly type: "tocsin.report.v1";
            readonly source: string;
            /** @description With `source` it identifies a report without an external id. */
            readonly id: string;
            /** @description JSON, or omitted. */
            readonly datacontenttype?: string;
            readonly data: components["schemas"]["Report"];
        };
        /** @description The requested report, or none; or reports in no theatre. */
        readonly ReportList: {
            readonly items: readonly components["schemas"]["ReportShown"][];
            /** @description Always null. */
            readonly next: string | null;
            /** @description Of a list of reports in no theatre: those of the last 7 days. */
            readonly lastWeek?: number;
        };
        /** @description a place: lat with lon, or a name with a country */
        readonly ReportLocation: {
            /** @description the name of a place, at most 200 characters on one line */
            readonly name?: string;
            /** @description a country code of ISO 3166-1, two capital letters */
            readonly country?: string;
            /** @description a code of ISO 3166-2, such as ML-4, or the name of an area in the stated country */
            readonly admin1?: string;
            /** @description a latitude in degrees from -90 to 90 */
            readonly lat?: number;
            /** @description a longitude in degrees from -180 to 180 */
            readonly lon?: number;
            /** @description a radius of precision in kilometres from 0 to 5000 */
            readonly radiusKm?: number;
        } | unknown | unknown;
        /** @description Names and texts are present only for keys with the scope `persons:read`. */
        readonly ReportRevision: {
            readonly reportId: string;
            readonly sourceId: string;
            readonly externalId: string | null;
            readonly reportedAt: components["schemas"]["Instant"];
            readonly occurred: components["schemas"]["Span"];
            readonly category: components["schemas"]["Category"];
            readonly tactics: readonly string[];
            readonly place: components["schemas"]["Place"];
            readonly alsoAt: readonly components["schemas"]["Place"][];
            readonly actors: readonly {
                readonly name: string;
                readonly role: string | null;
            }[];
            readonly targets: readonly {
                readonly kind: string;
            }[];
            readonly fatalities: components["schemas"]["Fatalities"];
            readonly credibility: number;
            readonly handling: components["schemas"]["Handling"];
            readonly drill: boolean;
            /** @description The theatre of its place now. */
            readonly theatre: string;
            readonly lane: components["schemas"]["Lane"];
            readonly persons: readonly {
                readonly role: string | null;
                readonly kind: string | null;
                /** @description The same for the same person in every report. Only with the scope `persons:read`. */
                readonly key?: string;
            }[];
            readonly private?: components["schemas"]["PrivateTexts"] | null;
        };
        /** @description A report and its outcome. */
        readonly ReportShown: {
            /** @description Stable over all revisions. */
            readonly reportId: string;
            /** @description Number of known revisions, including this one. */
            readonly revision: number;
            /** @description The theatre in which it counts now. */
            readonly theatre: string;
            /** @description When and why it was withdrawn; null if it was not. */
            readonly withdrawn: {
                /** Format: date-time */
                readonly at: string;
                readonly reason: string;
            } | null;
            readonly report: components["schemas"]["ReportRevision"] | null;
            /** @description The rules have processed it: `incident` and `alerts` are up to date. */
            readonly assembled: boolean;
            /** @description The incident of the report as the key may see it; null before it is assembled. If the incident contains a hidden report: the one in which the key last saw this report. */
            readonly incident: {
                readonly incidentId: string;
                /** @description As the rules count, including hidden reports; only for keys cleared for `restricted`. */
                readonly revision?: number;
            } | null;
            /** @description Alerts that rest on the incident; for a withdrawn report, those that it had supported. */
            readonly alerts: readonly components["schemas"]["ReportAlert"][];
            /** @description Why the report triggers nothing by itself, or not some rules. */
            readonly hindrances: readonly components["schemas"]["Hindrance"][];
        };
        /** @description Another revision of the report counts instead: the one with the latest report time. */
        readonly ReportSuperseded: {
            /**
             * Format: date-time
             * @description The report time of the revision that counts.
             */
            readonly reportedAt: string;
            /** @description What this means, and what to do. */
            readonly hint: string;
        };
        /** @description Times from calls to their answers, in whole seconds. */
        readonly ResponseTimes: {
            /** @enum {string} */
            readonly by: "severity" | "area" | "officer" | "subscriber";
            /** Format: date-time */
            readonly from: string | null;
            /** Format: date-time */
            readonly to: string | null;
            /** @description Within how many seconds. */
            readonly targets: {
                readonly detectionS: number;
                readonly acknowledgementS: number;
                readonly responseS: number;
            };
            /** @description By severity the gravest first, else by name; drills after the others. */
            readonly items: readonly components["schemas"]["ResponseTimesRow"][];
        };
        /** @description The calls of one severity, area, officer or subscription. Median and 90th percentile are times that occurred, null without any. */
        readonly ResponseTimesRow: {
            /** @description By severity: the gravest while the call goes on. */
            readonly severity?: string;
            /** @description By area: a country, or an ISO 3166-2 code; null for alerts without either. */
            readonly area?: string | null;
            /** @description By officer: who acknowledged; null: nobody. */
            readonly officer?: string | null;
            /** @description Id of that key, if the reader may see it. */
            readonly officerId?: string | null;
            /** @description By subscriber: the name of the key that made the subscription; null if it is not known any more. */
            readonly subscriber?: string | null;
            /** @description Id of that subscription. */
            readonly subscriptionId?: string;
            /** @description An exercise. */
            readonly drill: boolean;
            /** @description Calls: alerts that paged people, and reopenings that did. */
            readonly called: number;
            /** @description Calls that were acknowledged; by subscriber: that a human there answered. */
            readonly acknowledged: number;
            /** @description Seconds from the page to the first acknowledgement. */
            readonly acknowledgementMedianS: number | null;
            /** @description The 90th percentile of the same. */
            readonly acknowledgementP90S: number | null;
            /** @description Calls to which a response was recorded; by subscriber: by an officer, or there. */
            readonly responded: number;
            /** @description Seconds from the page to the earliest of what was done. */
            readonly responseMedianS: number | null;
            /** @description The 90th percentile of the same. */
            readonly responseP90S: number | null;
            /** @description First pages of alerts: detection runs from the beginning of what they are about; none by subscriber. */
            readonly detected: number;
            /** @description Seconds from that beginning to the first page. */
            readonly detectionMedianS: number | null;
            /** @description The 90th percentile of the same. */
            readonly detectionP90S: number | null;
            /** @description Those within the target. */
            readonly detectedInTime: number;
            /** @description Acknowledgements within the target. */
            readonly acknowledgedInTime: number;
            /** @description Responses within the target. */
            readonly respondedInTime: number;
            /** @description Of `detected`: those that met all three targets. */
            readonly allInTime: number;
            /** @description Calls that wait for an answer now, as `answered=false` lists alerts. */
            readonly unanswered: number;
        };
        /** @description A rule: a pattern with its parameters. */
        readonly Rule: {
            readonly ruleId: string;
            /** @description Increases with each change, also over a deletion. */
            readonly ruleVersion: number;
            readonly pattern: string;
            /** @description For people. */
            readonly title?: string;
            /** @description Explicitly set parameters; the others have the defaults of the pattern. */
            readonly parameters: {
                readonly [key: string]: unknown;
            };
            /** @description A predicate in CEL; incidents that do not match are ignored. */
            readonly where?: string;
            /** @description Attributes that split the groups further. */
            readonly groupBy?: readonly ("country" | "admin1" | "settlement" | "category" | "actor" | "target" | "source")[];
            /** @description Severities of the levels 1, 2 and so on. */
            readonly severities?: readonly components["schemas"]["Severity"][];
            /** @description A headline template with names in braces. */
            readonly headline?: string;
            /**
             * @description Left out: people are notified of its alerts.
             * @enum {string}
             */
            readonly notify?: "quiet";
            /** @description The theatres in which it runs, as far as the key may see; omitted: all. */
            readonly theatres?: readonly string[];
            /** @description Budgets of theatres that the key may see, false alarms a year by theatre. */
            readonly budgets?: {
                readonly [key: string]: number;
            };
            /** @description Every parameter of the pattern. */
            readonly inForce: readonly {
                readonly name: string;
                /** @description Any JSON value of the same type as the default. */
                readonly value: unknown;
                readonly unit: string;
                readonly meaning: string;
                /** @description Source of the default. */
                readonly source: string;
                /** @description Its name for people. */
                readonly title: string;
                /** @description The words in other languages. */
                readonly inLanguages: {
                    /** @description In French. */
                    readonly fr: {
                        readonly title: string;
                        readonly unit: string;
                        readonly meaning: string;
                    };
                };
            }[];
            /** @description Failures of `where`, or of a step among the parameters, which count as no match. Of this instance since it loaded its theatres; 0 below `restricted`. */
            readonly failing: {
                readonly count: number;
                readonly lastMessage: string | null;
            };
            /** @description Theatres with less history than the baseline of the rule: there it raises nothing yet. */
            readonly warming: readonly string[];
            /** @description How far it looks back, and 90 days more. Null for a pattern of another version. */
            readonly neededRetentionDays: number | null;
            /** @description Theatres that retain less than it looks back: there it may find less. */
            readonly retainedTooShort: readonly string[];
            /** @description Names in a rule over findings that no rule in its theatres answers: of these it finds nothing. */
            readonly namesNoRule: readonly string[];
        };
        /** @description Alerts of one rule in one theatre that were raised in the last 365 days. */
        readonly RuleDispositions: {
            readonly theatre: string;
            readonly ruleId: string;
            /**
             * Format: date-time
             * @description 365 days ago, or the first alert of the theatre that is kept.
             */
            readonly since: string;
            /** @description Alerts that were raised since. */
            readonly raised: number;
            /** @description Those of them that officers closed with a disposition. */
            readonly judged: number;
            /** @description How many of each. */
            readonly dispositions: {
                readonly true: number;
                readonly "false-alarm": number;
                readonly duplicate: number;
                readonly drill: number;
            };
            /** @description As judged: the least that it can be unless all were. Null: too little to say. */
            readonly falseAlarmsPerYear: number | null;
            /** @description The budget of the rule, false alarms a year; null: it has none. */
            readonly expectedPerYear: number | null;
            /** @description About so many of the alerts that began since came by chance, as each states how rare it is; null without a budget. */
            readonly spent: number | null;
        };
        /** @description All rules. */
        readonly RuleList: {
            readonly items: readonly components["schemas"]["Rule"][];
            readonly next: string | null;
        };
        /** @description The effect of a change of rules on alerts, in the theatres that this instance folds. */
        readonly RulePreview: {
            readonly theatres: readonly {
                readonly theatre: string;
                /** @description When the first incident that was looked at began; null if there is none. */
                readonly since: string | null;
                /** @description When the alerts that would appear began, drills left out. Months without one are left out. */
                readonly months: readonly {
                    /** @description Year and month, UTC. */
                    readonly month: string;
                    /** @description Number of alerts by severity. A severity without one is left out. */
                    readonly alerts: {
                        readonly [key: string]: number;
                    };
                }[];
                /** @description `lateSeconds` of all that would appear but drills: median, 90th percentile and maximum. */
                readonly lateness: {
                    readonly medianSeconds: number;
                    readonly p90Seconds: number;
                    readonly maxSeconds: number;
                } | null;
                /** @description Alerts that would be raised or reopened. */
                readonly appear: readonly components["schemas"]["PreviewedAlert"][];
                /** @description Alerts that would be revised, escalated or closed. */
                readonly change: readonly {
                    readonly before: components["schemas"]["PreviewedAlert"];
                    readonly after: components["schemas"]["PreviewedAlert"];
                }[];
                /** @description Alerts that would be retracted. */
                readonly vanish: readonly components["schemas"]["PreviewedAlert"][];
                /** @description Number of alerts of these rules that would not change. */
                readonly same: number;
                /** @description Number of differences beyond the limit of each list. */
                readonly omitted: number;
            }[];
            /** @description Theatres that another instance folds; request the preview there. */
            readonly elsewhere: readonly string[];
            /** @description False if a theatre is folded elsewhere. */
            readonly complete: boolean;
        };
        /** @description How far a preview is. */
        readonly RulePreviewProgress: {
            /** @description A preview under way. */
            readonly preview: {
                /**
                 * Format: date-time
                 * @description When it began.
                 */
                readonly startedAt: string;
                /** @description Theatres that this instance folds. One that is no longer listed is done. */
                readonly theatres: readonly {
                    readonly theatre: string;
                    /** @description How much of it is done, from 0 to 1. */
                    readonly share: number;
                }[];
            } | null;
        };
        /** @description The versions, newest first. */
        readonly RuleVersionList: {
            readonly items: readonly {
                readonly ruleVersion: number;
                /**
                 * Format: date-time
                 * @description When it was declared.
                 */
                readonly at: string;
                /** @description The author; null if not recorded. */
                readonly by: {
                    readonly id: string;
                    readonly name: string;
                } | null;
                /** @description As a PUT takes it. */
                readonly rule: {
                    readonly [key: string]: unknown;
                };
            }[];
            readonly next: string | null;
        };
        /** @description What was sent. Time and signature are made anew at each attempt, and not kept. */
        readonly SentRequest: {
            /** @enum {string} */
            readonly method: "POST";
            /** @description Without its query. */
            readonly url: string;
            readonly headers: {
                readonly [key: string]: string;
            };
            /** @description Byte for byte; null if the alerts log no longer has the event. */
            readonly body: string | null;
        };
        /** @description One event. `data` is one line of JSON. */
        readonly ServerSentEvent: {
            /** @enum {string} */
            readonly event: "subscribed";
            /** @description The position after it: `from` of a later subscription. */
            readonly id: string;
            /** @description Wait so long before connecting again, ms. */
            readonly retry?: number;
            readonly data: string;
        } | {
            /** @enum {string} */
            readonly event: "snapshot";
            /** @description The position after it: `from` of a later subscription. */
            readonly id: string;
            /** @description Wait so long before connecting again, ms. */
            readonly retry?: number;
            readonly data: string;
        } | {
            /** @enum {string} */
            readonly event: "alert";
            /** @description The position after it: `from` of a later subscription. */
            readonly id: string;
            /** @description Wait so long before connecting again, ms. */
            readonly retry?: number;
            readonly data: string;
        } | {
            /** @enum {string} */
            readonly event: "heartbeat";
            /** @description The position after it: `from` of a later subscription. */
            readonly id: string;
            /** @description Wait so long before connecting again, ms. */
            readonly retry?: number;
            readonly data: string;
        } | {
            /** @enum {string} */
            readonly event: "changed";
            /** @description The position after it: `from` of a later subscription. */
            readonly id?: string;
            /** @description Wait so long before connecting again, ms. */
            readonly retry?: number;
            readonly data: string;
        } | {
            /** @enum {string} */
            readonly event: "notice";
            /** @description The position after it: `from` of a later subscription. */
            readonly id?: string;
            /** @description Wait so long before connecting again, ms. */
            readonly retry?: number;
            readonly data: string;
        };
        /** @description A session that goes on. */
        readonly SessionRenewed: {
            /** @description ISO 8601: when it ends if it is not continued again. */
            readonly expiresAt: string;
        };
        /** @enum {string} */
        readonly Severity: "minor" | "moderate" | "severe" | "extreme";
        /** @description One turn of a watch. */
        readonly Shift: {
            /** @description Who has the watch. */
            readonly officer: string;
            /** Format: date-time */
            readonly from: string;
            /** Format: date-time */
            readonly until: string;
            /** @description Subscriptions, in the order in which alerts go on to them. */
            readonly lines: readonly string[];
            /** @description What was handed over. */
            readonly note: string | null;
        };
        /** @description In a replay `since` counts in its own time: the same span. */
        readonly ShiftReport: {
            /** Format: date-time */
            readonly since: string;
            /** Format: date-time */
            readonly until: string;
            /** @description `unacknowledged` and `extreme` are open now, the rest since. */
            readonly counts: {
                readonly unacknowledged: number;
                readonly extreme: number;
                readonly new: number;
                readonly escalated: number;
                readonly resolved: number;
                /** @description From raising to the first acknowledgement. */
                readonly medianSeconds: number | null;
            };
            /** @description The gravest first, at most 1,000. */
            readonly items: readonly {
                readonly alert: components["schemas"]["Alert"];
                /**
                 * @description The first that fits: severe or worse and unacknowledged; owned.
                 * @enum {string}
                 */
                readonly heading: "needed" | "inHand" | "others" | "over";
                readonly tags: readonly {
                    /** @enum {string} */
                    readonly kind: "new" | "escalated" | "acknowledged" | "done" | "partner" | "resolved" | "retracted" | "changed";
                    /** Format: date-time */
                    readonly at: string;
                }[];
                /** @description Whether a webhook subscription accepted it; null: not for the reader to know. */
                readonly notified: boolean | null;
            }[];
            /** @description Further items. */
            readonly omitted: number;
            /** @description Open alerts that did not change and have no owner. */
            readonly unchanged: number;
        };
        /** @description An alert in the requested detail. */
        readonly ShownAlert: components["schemas"]["Alert"] | components["schemas"]["AlertHeadline"] | components["schemas"]["AlertIds"];
        /** @description An event in the requested detail. */
        readonly ShownEvent: components["schemas"]["AlertEvent"] | components["schemas"]["AlertHeadline"] | components["schemas"]["AlertIds"] | components["schemas"]["SmallAlertEvent"];
        /** @description A place of a report, as intake found it. */
        readonly ShownPlace: components["schemas"]["Place"] & {
            /** @description Number of further candidates. Omitted if there are none. */
            readonly candidatesOmitted?: number;
        };
        /** @description A link for one sign-in. */
        readonly SignInLink: {
            readonly url: string;
            readonly expiresInMinutes: number;
        };
        /** @description Ways to sign in in a browser besides links and keys. */
        readonly SignInWays: {
            /** @description Host of the identity provider by which a browser can sign in; null: none. */
            readonly identityProvider: string | null;
        };
        /** @description For a time, matching alerts are held back from subscriptions with a policy. Members are null for readers who may only know that it holds. */
        readonly Silence: {
            readonly id: string;
            /** @description Whether it is for one subscription alone; false: for all that have a policy. */
            readonly isForOne: boolean;
            /** @description The only subscription that it is for; null: for all, or not for you to know. */
            readonly subscriptionId: string | null;
            readonly subscriber: components["schemas"]["SubscriberName"] | null;
            /** Format: date-time */
            readonly startsAt: string;
            /**
             * Format: date-time
             * @description As it was made: it ends sooner if somebody ends it, or with the key that made it.
             */
            readonly endsAt: string;
            /** @description Extreme alerts too. */
            readonly includesExtreme: boolean;
            /** @description Null: hidden. Below `internal` it is shown only of what you made yourself. */
            readonly reason: string | null;
            /** @description Name of who made it; `an officer` for others below `internal`; null: hidden. */
            readonly by: string | null;
            /**
             * @description `waiting`: it begins later.
             * @enum {string}
             */
            readonly standing: "waiting" | "holding" | "over";
            /** @description False: the key that made it is no longer valid, so that it holds nothing back. */
            readonly isBacked: boolean;
            /**
             * Format: date-time
             * @description When it was ended before its time; null: it was not.
             */
            readonly endedAt: string | null;
            /** Format: date-time */
            readonly createdAt: string;
            /** @description The only alert that it is for; null: all that pass the filter. */
            readonly alertId: string | null;
            /** @description Values of one name are alternatives, all names must match. Empty: all alerts. */
            readonly filter: {
                readonly severity?: readonly components["schemas"]["Severity"][];
                /** @description This severity or more. */
                readonly minSeverity?: components["schemas"]["Severity"];
                readonly status?: readonly components["schemas"]["AlertStatus"][];
                readonly pattern?: components["schemas"]["FilterNames"];
                readonly ruleId?: components["schemas"]["FilterNames"];
                readonly category?: components["schemas"]["FilterCategory"];
                readonly theatre?: components["schemas"]["FilterNames"];
                /** @description ISO 3166-2. */
                readonly admin1?: components["schemas"]["FilterNames"];
                /** @description ISO 3166-1 alpha-2. */
                readonly country?: components["schemas"]["FilterNames"];
                readonly polygon?: components["schemas"]["FilterPolygon"];
                readonly circle?: components["schemas"]["FilterCircle"];
                readonly certainty?: readonly components["schemas"]["Certainty"][];
                readonly handling?: readonly components["schemas"]["Handling"][];
                /** @description True: only drills. False: no drills. */
                readonly drill?: boolean;
            } | null;
            readonly theatres: components["schemas"]["TheatresHeld"] | null;
            readonly handling: components["schemas"]["Handling"] | null;
            /** @description Open alerts whose notifications it stops: of those that you may see, or that its only subscription gets; null if you may not know, or it is over. */
            readonly matches: number | null;
        };
        /** @description The newest first. */
        readonly SilenceList: {
            readonly items: readonly components["schemas"]["Silence"][];
            readonly next: string | null;
        };
        /** @description A silence that holds, as an officer may know of it. */
        readonly SilenceOver: {
            readonly id: string;
            /** @description Whether it is for one subscription alone; false: for all that have a policy. */
            readonly isForOne: boolean;
            /** @description The only subscription that it is for; null: for all, or not for you to know. */
            readonly subscriptionId: string | null;
            readonly subscriber: components["schemas"]["SubscriberName"] | null;
            /** Format: date-time */
            readonly startsAt: string;
            /**
             * Format: date-time
             * @description As it was made: it ends sooner if somebody ends it, or with the key that made it.
             */
            readonly endsAt: string;
            /** @description Extreme alerts too. */
            readonly includesExtreme: boolean;
            /** @description Null: hidden. Below `internal` it is shown only of what you made yourself. */
            readonly reason: string | null;
            /** @description Name of who made it; `an officer` for others below `internal`; null: hidden. */
            readonly by: string | null;
        };
        /** @description With `headline` and `ids`: an alert has left the view, or an action was refused. */
        readonly SmallAlertEvent: {
            readonly alertId: string;
            /** @enum {string} */
            readonly type: "alert.left-view" | "alert.action-refused";
            /** @description Of a refused action. */
            readonly actionId?: string;
            /** @description Of a refused action. */
            readonly reason?: string;
        };
        /** @description A further part of the snapshot, as of its own cursor. */
        readonly SnapshotEventData: {
            /** @description The cursor of the frame before it in this subscription. With `headline` and `ids` its first 8 characters. Anything else is a gap. */
            readonly prev: string;
            /**
             * Format: date-time
             * @description When it was sent.
             */
            readonly sentAt: string;
            /** @description False in the last part. */
            readonly more: boolean;
            /** @description Open alerts. */
            readonly snapshot: readonly (components["schemas"]["Alert"] | components["schemas"]["AlertHeadline"] | components["schemas"]["AlertIds"])[];
        };
        /** @description When a source was last heard in a theatre. */
        readonly SourceHeard: {
            readonly theatre: string;
            /** Format: date-time */
            readonly lastReportedAt: string;
            /**
             * @description `silent`: no report for longer than its cadence.
             * @enum {string}
             */
            readonly state: "live" | "silent" | "archive";
            /** @description Reports and corrections of the last 90 days, by the time that they state; the last is the day of the theatre. */
            readonly reportsADay: readonly number[];
        };
        /** @description Declared sources with reports that the key may see. Any other one counts as reliability F, 14 days late, with weekly cadence. */
        readonly SourceList: {
            readonly items: readonly components["schemas"]["SourceShown"][];
            readonly next: string | null;
        };
        /** @description A declared source. Its grades are shown to `alerts:operate` and administrators. */
        readonly SourceShown: {
            readonly id: string;
            /** @description Another one with each change, in no order. Shown as `reporters` are. */
            readonly version?: number;
            /**
             * @description Admiralty code. F means that it cannot be judged, which is not the worst grade.
             * @enum {string}
             */
            readonly reliability?: "A" | "B" | "C" | "D" | "E" | "F";
            /** @description Usual delay of its reports, days. */
            readonly latenessDays?: number;
            /** @description How long it may be silent and still count as live, days. */
            readonly cadenceDays?: number;
            /** @description An archive never holds the watermark back. */
            readonly archive?: boolean;
            /** @description Ids of the keys that may report as it; null: all. Only for administrators of all theatres. */
            readonly reporters?: readonly string[] | null;
            /** @description By theatre of the key and by the reports that it may see. Only for `alerts:operate` and administrators that may see what is `internal`. */
            readonly heard?: readonly components["schemas"]["SourceHeard"][];
        };
        /** @description An interval. Days (`2025-06-01`) mean the whole day; instants are exact. */
        readonly Span: {
            readonly from: components["schemas"]["Day"];
            readonly to: components["schemas"]["Day"];
        };
        /** @description The result of a line. */
        readonly StreamResult: {
            /** @description Line number from 1, blank lines included. */
            readonly line: number;
            /** @enum {integer} */
            readonly status: 202;
            /** @description Stable over all revisions. */
            readonly reportId: string;
            /** @description Number of known revisions, including this one. */
            readonly revision: number;
            /** @description The theatre in which it counts now. */
            readonly theatre: string;
            readonly duplicate: boolean;
            readonly place?: components["schemas"]["ToldPlace"];
            /** @description Further places in order; omitted if there are none. */
            readonly alsoAt?: readonly components["schemas"]["ToldPlace"][];
            readonly superseded?: components["schemas"]["ReportSuperseded"];
        } | {
            readonly line: number;
            readonly status: number;
            readonly type: string;
            readonly title: string;
            readonly code: components["schemas"]["ProblemCode"];
            readonly detail: string;
            readonly errors?: readonly components["schemas"]["FieldError"][];
            /** @description Seconds to wait before sending it again. */
            readonly retryAfter?: number;
        };
        /** @description The last line of the answer, without `line`. */
        readonly StreamSummary: {
            /** @description The stream was read to its end. If not, `problem` says why. */
            readonly complete: boolean;
            readonly lines: number;
            readonly blank: number;
            readonly accepted: number;
            readonly duplicates: number;
            readonly refused: number;
            /** @description Number of lines that may be sent again unchanged. */
            readonly unavailable: number;
            /** @description Covers everything that was written. */
            readonly cursor: string | null;
            /** @description Why the stream ended early. */
            readonly problem?: {
                readonly status: number;
                readonly type: string;
                readonly title: string;
                readonly code: components["schemas"]["ProblemCode"];
                readonly detail: string;
                readonly errors?: readonly components["schemas"]["FieldError"][];
                /** @description Seconds to wait before sending it again. */
                readonly retryAfter?: number;
            };
        };
        /** @description A line of a stream. */
        readonly StreamedLine: components["schemas"]["Report"] | components["schemas"]["ReportEvent"];
        /** @description A subscription began at `cursor`; if the position was not recovered, with the open alerts, most severe first. */
        readonly SubscribedEventData: {
            readonly recovered: boolean;
            /** @description Present unless recovered: the open alerts, or the first part of them. */
            readonly snapshot?: readonly (components["schemas"]["Alert"] | components["schemas"]["AlertHeadline"] | components["schemas"]["AlertIds"])[];
            /** @description True if further parts follow. */
            readonly more?: boolean;
        };
        /** @description By whom a subscription is held, if you may know it: its address is for who manages it. */
        readonly SubscriberName: {
            readonly subscriptionId: string;
            /** @description Name of the key that made it; null: not known any more. */
            readonly by: string | null;
            /** @description Whom to contact if it fails. */
            readonly contact: string | null;
        };
        /** @description An endpoint that receives alert events. */
        readonly Subscription: {
            readonly id: string;
            /** @description Counts changes of settings and secret. Its ETag. */
            readonly version: number;
            /** @enum {string} */
            readonly kind?: "webhook" | "slack" | "teams" | "telegram" | "pagerduty" | "email" | "alertmanager";
            /** @description Without its query, which may contain secrets. */
            readonly url: string;
            readonly chat?: string;
            readonly to?: readonly string[];
            readonly sender?: string;
            readonly body?: Record<string, never> | null;
            readonly labels?: {
                readonly [key: string]: string;
            };
            readonly filter: components["schemas"]["Filter"];
            readonly types?: readonly string[] | null;
            /** @enum {string} */
            readonly order: "strict" | "newest-state";
            readonly schedule: readonly number[] | null;
            readonly policy?: components["schemas"]["SubscriptionPolicy"];
            readonly contact: string | null;
            readonly fallbackUrl?: string | null;
            /** @enum {string} */
            readonly state?: "active" | "disabled";
            readonly withhold?: readonly ("words" | "place" | "evidence")[];
            readonly heartbeatSeconds?: number | null;
            readonly answerLinks?: boolean;
            readonly notices?: readonly ("silences" | "watches")[];
            readonly digest?: boolean;
            readonly metadata?: {
                readonly [key: string]: string;
            };
            readonly theatres: components["schemas"]["TheatresHeld"];
            readonly handling: components["schemas"]["Handling"];
            /**
             * @description `ended`: the receiver answered 410. `suspended`: the key that created it is not valid any more. `parked`: the endpoint accepted nothing for long, or our rules refuse it; it is probed. `unconfirmed`: it has not yet consented. `disabled`: by its `state`.
             * @enum {string}
             */
            readonly status: "active" | "parked" | "ended" | "suspended" | "unconfirmed" | "disabled";
            /**
             * @description `failing`: the first retries are under way. `down`: probed every few minutes. `parked`: probed every half an hour.
             * @enum {string}
             */
            readonly endpoint: "up" | "failing" | "down" | "parked";
            readonly consent?: components["schemas"]["SubscriptionConsent"];
            /** @description Sequence of the newest planned delivery; 0 before the first. */
            readonly sequence: number;
            readonly pending: number;
            /** @description Deliveries that the endpoint did not accept by their whole schedule, while it accepted others. */
            readonly parked: number;
            readonly fallback?: components["schemas"]["SubscriptionFallback"];
            readonly warnings?: components["schemas"]["SubscriptionWarnings"];
        };
        /** @description While the status is `unconfirmed`: how the endpoint is asked. */
        readonly SubscriptionConsent: {
            /** @description How often it was asked. */
            readonly asked: number;
            /**
             * Format: date-time
             * @description Null: not again until the subscription is changed.
             */
            readonly nextAt: string | null;
            /** Format: date-time */
            readonly until: string;
            /** @description Its last answer; null: the answering instance knows none. */
            readonly last: {
                /** Format: date-time */
                readonly at: string;
                /** @description HTTP status; null: no answer came. */
                readonly status: number | null;
                /** @description Why no answer came; empty: one did. */
                readonly reason: string;
            } | null;
        };
        /** @description The second address, if there is one. It is never sent alerts. */
        readonly SubscriptionFallback: {
            /**
             * @description `unconfirmed`: it has not yet consented. `ended`: it answered 410.
             * @enum {string}
             */
            readonly status: "active" | "ended" | "unconfirmed";
            /** @description What it was notified of last. */
            readonly notice: {
                readonly id: string;
                /**
                 * @description Of the first address. `down`: it is probed. `parked`: probed every half an hour. `ended`: it answered 410. `refused`: deliveries are parked. `up`: it accepts again.
                 * @enum {string}
                 */
                readonly state: "down" | "parked" | "ended" | "refused" | "up";
                /**
                 * Format: date-time
                 * @description When that was decided.
                 */
                readonly at: string;
                /** @description It answered with a status from 200 to 299. */
                readonly accepted: boolean;
            } | null;
        };
        /** @description How a subscription does, from its logged attempts. */
        readonly SubscriptionHealth: {
            /** @description The label `subscription` of its metrics. */
            readonly metricsLabel: string;
            /** @description Deliveries that wait. */
            readonly pending: number;
            /** @description Deliveries that were given up until they are replayed. */
            readonly parked: number;
            /** @description Age of the oldest waiting delivery that no policy delays; null: there is none. */
            readonly lagSeconds: number | null;
            /**
             * Format: date-time
             * @description When an attempt was last accepted.
             */
            readonly acceptedAt: string | null;
            /** @description The last attempt that was not accepted. */
            readonly failure: {
                /** Format: date-time */
                readonly at: string;
                readonly reason: string;
                readonly status: number | null;
            } | null;
            readonly consent?: components["schemas"]["SubscriptionConsent"];
            /** @description Attempts of the last hour, to five minutes. */
            readonly hour: {
                readonly accepted: number;
                readonly failed: number;
                /** @description Accepted of all; null without attempts. */
                readonly share: number | null;
            };
            /** @description Attempts of the last day, to an hour. */
            readonly day: {
                readonly accepted: number;
                readonly failed: number;
                /** @description Accepted of all; null without attempts. */
                readonly share: number | null;
            };
            /** @description How long the newest attempts took. */
            readonly attempts: {
                /** @description At most 100. */
                readonly count: number;
                readonly p50Ms: number | null;
                readonly p99Ms: number | null;
            };
        };
        /** @description Your subscriptions; for administrators all within their theatres and handling. */
        readonly SubscriptionList: {
            readonly items: readonly components["schemas"]["Subscription"][];
            readonly next: string | null;
        };
        /** @description The new subscription, with its secret. */
        readonly SubscriptionMade: components["schemas"]["Subscription"] & {
            /** @description Signs the requests (Standard Webhooks). Shown only once. */
            readonly secret: string;
        };
        readonly SubscriptionPolicy: {
            readonly minSeverity?: components["schemas"]["Severity"];
            readonly groupWaitSeconds?: number;
            readonly updateMinutes?: number;
            /** @enum {string} */
            readonly stories?: "one" | "each";
            readonly endings?: boolean;
            readonly quietHours?: components["schemas"]["QuietHours"];
            readonly unansweredMinutes?: number;
            readonly repeatMinutes?: number;
            readonly watch?: string | null;
        } | null;
        readonly SubscriptionPolicyBody: {
            /** @description The least severity for the first notification of an alert; later events are sent at any. */
            readonly minSeverity?: components["schemas"]["Severity"];
            /** @description How long a new alert waits for others of its story. Extreme alerts never wait. */
            readonly groupWaitSeconds?: number;
            /** @description The least time between two notifications of one alert, unless it became graver or was retracted. */
            readonly updateMinutes?: number;
            /**
             * @description `one`: while an alert that was sent is open, less grave ones of its story are delayed; of equally grave ones only the newest is sent. `each`: all are sent.
             * @enum {string}
             */
            readonly stories?: "one" | "each";
            /** @description Whether the end of an alert is sent. The retraction of an alert that was sent always is. */
            readonly endings?: boolean;
            readonly quietHours?: components["schemas"]["QuietHoursBody"];
            /** @description Minutes without an answer before an alert is first sent. 0: at once. Otherwise an alert that pages nobody is not sent. */
            readonly unansweredMinutes?: number;
            /** @description Reminders of an open alert that was sent and has at least `minSeverity`, one each so long, as a `tocsin.webhook.reminder.v1`, until somebody answers it. 0: never. Otherwise at least 5, and no less than `updateMinutes`. */
            readonly repeatMinutes?: number;
            /** @description Id of a roster: notified only while a shift names this subscription, or nobody on shift can be reached. Null: always. */
            readonly watch?: string | null;
        } | null;
        /** @description Such as the address of a service that cannot consent. */
        readonly SubscriptionWarnings: readonly {
            /** @description What it is about, in the body. */
            readonly pointer: string;
            readonly detail: string;
        }[];
        /** @description The outcome of the attempt. */
        readonly TestOutcome: {
            /** @description The receiver answered with a status from 200 to 299. */
            readonly accepted: boolean;
            readonly durationMs: number;
            /** @enum {string} */
            readonly kind: "response" | "timeout" | "refused" | "failed" | "cancelled";
            readonly status?: number;
            readonly retryAfter?: string | null;
            /** @description As of a delivery. */
            readonly excerpt?: string;
            readonly reason?: string;
        };
        /** @description Theatres that the key may see. */
        readonly TheatreList: {
            readonly items: readonly components["schemas"]["TheatreShown"][];
            readonly next: string | null;
        };
        /** @description An area of operations. */
        readonly TheatreShown: {
            readonly id: string;
            /** @description Another one with each change, in no order. */
            readonly version: number;
            /** @description What the area is, in words; `world` covers nothing once another theatre is declared. */
            readonly covers: string;
            /** @description ISO 3166-1 alpha-2. */
            readonly countries: readonly string[] | null;
            /** @description Rings of [lon, lat]: inside is what an odd number of them contains. */
            readonly polygon: readonly (readonly [
                number,
                number
            ][])[] | null;
            /** @enum {string} */
            readonly clock: "wall" | "replay";
            /** @description How far back reports can still change alerts. */
            readonly retentionDays: number;
            /** @description False alarms a year that its rules may raise in all; null: none of its rules has a budget. */
            readonly falseAlarmBudget: number | null;
            /** @description The last tick; null before the first. */
            readonly now: string | null;
            /**
             * @description `behind`: the theatre is ahead of the clock of the machine. `unset`: nobody has set that clock. `leap`: the clock is too far ahead to be trusted. After `behind` and `leap` the theatre gets no ticks until an officer sets its time.
             * @enum {string}
             */
            readonly clockStanding: "right" | "behind" | "unset" | "leap";
            /** @description Answered by PUT: reports of the last 7 days that lay in a theatre before the change and lie in none after it. */
            readonly leavesOutside?: {
                /** @description The number of them. */
                readonly reports: number;
                /** @description False if more reports were accepted than are read: then there may be more. */
                readonly isAll: boolean;
                /** @description What this means, and what to do. */
                readonly hint: string;
            };
        };
        /** @description Theatre ids, or * for all. */
        readonly TheatresHeld: "*" | readonly string[];
        /** @description The current time of the theatre. */
        readonly TickTaken: {
            readonly theatre: string;
            /** Format: date-time */
            readonly now: string;
        };
        /** @description A one-use ticket. */
        readonly Ticket: {
            /** @description Sent once as `?ticket=`. */
            readonly ticket: string;
            /**
             * Format: date-time
             * @description When it expires, used or not.
             */
            readonly expiresAt: string;
        };
        /** @description One of the places that a name may mean. */
        readonly ToldCandidate: {
            readonly settlement: string;
            readonly name: string;
            readonly country: string;
            readonly admin1: string | null;
            /** @description The name of `admin1`. */
            readonly region?: string;
            readonly lat: number;
            readonly lon: number;
        };
        /** @description How a place was resolved, and what may be wrong with it. */
        readonly ToldPlace: {
            /**
             * @description `stated`: by its coordinates; `gazetteer`: by its name; `ambiguous`: the name has several places; `unresolved`: the name is unknown; `contradicting`: the coordinates are far outside the stated country, and it triggers nothing by place.
             * @enum {string}
             */
            readonly resolution: "stated" | "gazetteer" | "ambiguous" | "unresolved" | "contradicting";
            /** @description The first 20 of an ambiguous name, the largest first. */
            readonly candidates: readonly components["schemas"]["ToldCandidate"][];
            /** @description Number of further candidates. */
            readonly omitted?: number;
            /** @description What this means, and what to do; also that the report lies in no theatre. */
            readonly hint?: string;
        };
        /** @description A CloudEvent outside the sequence. */
        readonly UnsequencedEvent: {
            /** @enum {string} */
            readonly specversion: "1.0";
            /** @description The `webhook-id` of the request. */
            readonly id: string;
            readonly source: string;
            /** Format: date-time */
            readonly time: string;
            /** @enum {string} */
            readonly datacontenttype: "application/json";
            /** @description Identifies the log. Another one: it was restored from an older copy, and sequences begin again at 1. */
            readonly epoch: string;
        };
        /** @description A view of the list of alerts that officers share. */
        readonly View: {
            readonly id: string;
            readonly name: string;
            /** @description Search, filters and order, as the query of the console's address says them. */
            readonly query: string;
            /** @description Name of the key that saved it first; null: not known any more. */
            readonly by: string | null;
            /** @description Whether the reader may change and delete it. */
            readonly mayChange: boolean;
        };
        /** @description Those that you may know of, in order of their names. */
        readonly ViewList: {
            readonly items: readonly components["schemas"]["View"][];
            readonly next: string | null;
        };
        /** @description Who is on until when, and whom alerts go to. */
        readonly Watch: {
            readonly id: string;
            readonly name: string;
            /** @description Counts changes. */
            readonly version: number;
            /** @description In order of their beginnings; those that are over for a month. */
            readonly shifts: readonly components["schemas"]["Shift"][];
            readonly theatres: components["schemas"]["TheatresHeld"];
            readonly handling: components["schemas"]["Handling"];
            /** @description Of the subscriptions in `lines` of its shifts those that you may know. */
            readonly lineNames: readonly components["schemas"]["SubscriberName"][];
            /** @description Those that are on now. */
            readonly onWatch: readonly components["schemas"]["Shift"][];
            readonly next: components["schemas"]["Shift"] | null;
            /** @description Whether a subscription that you may know of follows it. */
            readonly isFollowed: boolean;
            /** @description Nobody on shift can be reached: all subscriptions that follow it are notified. False if you may not know. */
            readonly isUnstaffed: boolean;
            /** @description Whether the reader may change and withdraw it. */
            readonly mayChange: boolean;
        };
        /** @description A page of those that you may know of. */
        readonly WatchList: {
            readonly items: readonly components["schemas"]["Watch"][];
            readonly next: string | null;
        };
        /** @description Asks for the consent of the endpoint: an answer from 200 to 299 whose body is the challenge, or a JSON object with it as `challenge`. */
        readonly WebhookChallenge: components["schemas"]["UnsequencedEvent"] & {
            /** @enum {string} */
            readonly type: "tocsin.webhook.challenge.v1";
            readonly data: {
                readonly subscriptionId: string;
                readonly challenge: string;
            };
        };
        /** @description Tells of the last week of a theatre. A retry has the numbers of its own time. */
        readonly WebhookDigest: components["schemas"]["UnsequencedEvent"] & {
            /** @enum {string} */
            readonly type: "tocsin.webhook.digest.v1";
            readonly data: {
                readonly subscriptionId: string;
                readonly digest: components["schemas"]["Digest"];
            };
        };
        /** @description An alert event. If every `sequence` was received or named as superseded, nothing is missing. */
        readonly WebhookEvent: components["schemas"]["AlertEvent"] & {
            /** @description Refuse an event of another subscription: a `v1a` signature alone does not say for whom it is. */
            readonly subscriptionid: string;
            /** @description Identifies the log. Another one: it was restored from an older copy, and sequences begin again at 1. */
            readonly epoch: string;
            /** @description Stated again after a restore: you may have later events of the alert from the epoch before, which are lost here. */
            readonly restated?: boolean;
            /** @description Counts from 1 in the subscription and epoch, without gaps; 0: a sample. */
            readonly sequence: number;
            /** @description True in a sample that somebody asked for: nothing has happened. */
            readonly test?: boolean;
            /** @description The `id` of the event before it in the sequence; null at first in an epoch. */
            readonly previousid: string | null;
            /** @description Sequences that are not sent, because later ones hold the state now. */
            readonly superseded?: {
                readonly from: number;
                readonly to: number;
            };
            /** @description With `answerLinks`: a page by which a person says that a human has the alert. */
            readonly answerurl?: string;
            /**
             * @description Why the policy sends it now. Only with a policy.
             * @enum {string}
             */
            readonly because?: "first" | "graver" | "update" | "retracted" | "ended";
            /**
             * @description Why it waited last. `earlier-line`: others were to answer it first.
             * @enum {string}
             */
            readonly held?: "silenced" | "off-watch" | "quiet-hours" | "told-in-story" | "pages-nobody" | "earlier-line" | "group-wait" | "update-interval" | "below-minimum";
        };
        /** @description A sign of life, as often as `heartbeatSeconds` says. */
        readonly WebhookHeartbeat: components["schemas"]["UnsequencedEvent"] & {
            /** @enum {string} */
            readonly type: "tocsin.webhook.heartbeat.v1";
            readonly data: {
                readonly subscriptionId: string;
                /** @description Of the newest planned delivery: if you have a lower one and nothing is pending, one is missing. */
                readonly sequence: number;
                /** @description Deliveries not yet accepted. */
                readonly pending: number;
                /** @description Skipped sequences that no event has named yet, the lowest 100 ranges. They are not sent. */
                readonly superseded: readonly {
                    readonly from: number;
                    readonly to: number;
                }[];
                /** @description How long ago, at most, this instance and the rules had folded all, s, in steps of 5. */
                readonly ageSeconds: number | null;
                /** @description Age of the last report of the canary that became an alert, s, in the theatre where it is oldest; null: there is no canary. */
                readonly canaryAgeSeconds: number | null;
                /** @description The reader has everything up to here, once all earlier frames are handled. */
                readonly complete: {
                    /** @description How many events of alerts readers of this level and these theatres have. */
                    readonly record: number;
                    /**
                     * Format: date-time
                     * @description What was accepted by this time, of the theatre where it is earliest, is all in; null: a replay has not begun.
                     */
                    readonly time: string | null;
                };
                /**
                 * Format: date-time
                 * @description When the next one is due.
                 */
                readonly next: string;
            };
        };
        /** @description The public keys that sign webhooks, as a JSON Web Key Set. */
        readonly WebhookKeys: {
            readonly keys: readonly {
                /** @enum {string} */
                readonly kty: "OKP";
                /** @enum {string} */
                readonly crv: "Ed25519";
                /** @description The public key, base64url. */
                readonly x: string;
                /** @description Its thumbprint (RFC 7638). */
                readonly kid: string;
                /** @enum {string} */
                readonly use: "sig";
                /** @enum {string} */
                readonly alg: "EdDSA";
                /** @description `whpk_…`, as libraries of Standard Webhooks take it. */
                readonly text: string;
                /**
                 * @description `replaced`: signs beside the current one. `next`: signs nothing yet.
                 * @enum {string}
                 */
                readonly state: "current" | "replaced" | "next";
                /** @description Since when it signs; null for the first key and for the next. */
                readonly from: string | null;
                /** @description Until when it signs; null while no end is known. */
                readonly until: string | null;
            }[];
        };
        /** @description Tells the second address of the subscription how its first one does. */
        readonly WebhookNotice: components["schemas"]["UnsequencedEvent"] & {
            /** @enum {string} */
            readonly type: "tocsin.webhook.notice.v1";
            readonly data: {
                readonly subscriptionId: string;
                /**
                 * @description Of the first address. `down`: it is probed. `parked`: probed every half an hour. `ended`: it answered 410. `refused`: deliveries are parked. `up`: it accepts again.
                 * @enum {string}
                 */
                readonly state: "down" | "parked" | "ended" | "refused" | "up";
                /**
                 * Format: date-time
                 * @description Since when.
                 */
                readonly since: string | null;
                /** @description Deliveries that wait. They are kept. */
                readonly pending: number;
                /** @description Deliveries that were given up until they are replayed. */
                readonly parked: number;
            };
        };
        /** @description Tells again of an alert that nobody has answered, as often as `repeatMinutes` says. */
        readonly WebhookReminder: components["schemas"]["UnsequencedEvent"] & {
            /** @enum {string} */
            readonly type: "tocsin.webhook.reminder.v1";
            readonly data: {
                readonly subscriptionId: string;
                /** @enum {string} */
                readonly because: "repeat";
                /** @description Of the reminders of this alert. */
                readonly count: number;
                /**
                 * Format: date-time
                 * @description When you accepted the first event of the alert.
                 */
                readonly firstToldAt: string;
                /** @description Of the event that it repeats, the newest that you were sent of the alert. */
                readonly sequence: number;
                /** @description The `id` of that event. */
                readonly eventId: string;
                /** @description Its `type`. */
                readonly eventType: string;
                /** @description With `answerLinks`: a page by which a person says that a human has the alert. */
                readonly answerurl: string | null;
                /** @description The whole statement, as in the `data` of that event. */
                readonly alert: components["schemas"]["Alert"];
            };
        };
        /** @description News of a silence that stops notifications of the subscription. */
        readonly WebhookSilence: components["schemas"]["UnsequencedEvent"] & {
            /** @enum {string} */
            readonly type: "tocsin.webhook.silence.v1";
            readonly data: {
                readonly subscriptionId: string;
                readonly silenceId: string;
                /**
                 * @description `holding`: it has begun. `unmatched`: it is for no open alert of the subscription. `over`: it has ended.
                 * @enum {string}
                 */
                readonly state: "holding" | "unmatched" | "over";
                /** Format: date-time */
                readonly startsAt: string;
                /**
                 * Format: date-time
                 * @description When it ends or ended.
                 */
                readonly endsAt: string;
                /** @description Open alerts of the subscription whose notifications it stops; null where it may not know. */
                readonly matches: number | null;
            };
        };
        /** @description A test of the endpoint. */
        readonly WebhookTest: components["schemas"]["UnsequencedEvent"] & {
            /** @enum {string} */
            readonly type: "tocsin.webhook.test.v1";
            readonly data: {
                readonly subscriptionId: string;
                /** @description True: nothing has happened. */
                readonly drill: boolean;
            };
        };
        /** @description Tells who declared a watch how it is staffed. */
        readonly WebhookWatch: components["schemas"]["UnsequencedEvent"] & {
            /** @enum {string} */
            readonly type: "tocsin.webhook.watch.v1";
            readonly data: {
                readonly subscriptionId: string;
                readonly watchId: string;
                /**
                 * @description `unstaffed`: nobody on shift can be reached, and all subscriptions that follow the roster are notified. `staffed`: somebody can be reached again.
                 * @enum {string}
                 */
                readonly state: "unstaffed" | "staffed";
            };
        };
        /**
         * Withdrawal
         * @description The body of a withdrawal: why the report no longer stands.
         */
        readonly Withdrawal: {
            /** @description a reason of 1 to 1000 characters on one line */
            readonly reason: string;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export type operations = Record<string, never>;
