export type paths = Record<string, never>;
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        readonly ActionRefused: {
            readonly alertId: string;
            readonly seq?: number;
            readonly theatre: string;
            readonly notify: "quiet";
            readonly actionId: string;
            readonly reason: "unknown-alert" | "stale-revision" | "alert-closed" | "invalid";
            readonly by: string;
            readonly byId?: string;
            readonly operatorRevision: number | null;
            readonly standingBy: string | null;
            readonly standingById?: string;
            readonly standingHandling?: components["schemas"]["Handling"];
            readonly standingAt: string | null;
            readonly handling: components["schemas"]["Handling"];
            readonly actionHandling?: components["schemas"]["Handling"];
        };
        readonly Alert: components["schemas"]["AlertStatement"] & {
            readonly evidence: readonly {
                readonly incidentId: string;
                readonly revision?: number;
                readonly role: "trigger" | "support";
                readonly handling: components["schemas"]["Handling"];
            }[];
        };
        readonly AlertAction: {
            readonly by: string;
            readonly byId?: string;
            readonly actionId: string;
            readonly text: string | null;
            readonly handling?: components["schemas"]["Handling"];
        } | null;
        readonly AlertArea: {
            readonly country: readonly string[];
            readonly admin1: readonly string[];
            readonly circle: [
                number,
                number,
                number
            ] | null;
            readonly settlement: string | null;
        };
        readonly AlertDetail: components["schemas"]["AlertStatement"] & {
            readonly event: {
                readonly type: string;
                readonly time: string;
            };
            readonly raisedAt: string;
            readonly seenBelow: readonly {
                readonly handling: components["schemas"]["Handling"];
                readonly alertId: string | null;
                readonly status: string | null;
                readonly evidenceCount: {
                    readonly triggers: number;
                    readonly support: number;
                } | null;
            }[];
            readonly evidence: readonly components["schemas"]["Evidence"][];
            readonly revisions: readonly components["schemas"]["AlertEvent"][];
            readonly revisionsOmitted: number;
        };
        readonly AlertEvent: {
            readonly specversion: "1.0";
            readonly id: string;
            readonly type: string;
            readonly time: string;
            readonly source: string;
            readonly datacontenttype: "application/json";
            readonly subject: string;
            readonly cause: string | null;
            readonly engine: string;
            readonly theatre: string;
            readonly previoushash?: string;
            readonly traceparent?: string;
            readonly data: components["schemas"]["Alert"] | components["schemas"]["ActionRefused"] | components["schemas"]["LeftView"];
        };
        readonly AlertLevel: {
            readonly level: number;
            readonly at: string;
            readonly reason: string;
            readonly incidentId?: string;
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
            readonly acknowledgedById?: string;
            readonly acknowledgedUntil: string | null;
            readonly acknowledgedHandling?: components["schemas"]["Handling"];
            readonly acknowledgedFirstAt?: string;
            readonly assignedTo: string | null;
            readonly assignedHandling?: components["schemas"]["Handling"];
            readonly isAcknowledged?: boolean | null;
            readonly since?: string | null;
            readonly disposition: string | null;
            readonly responses?: {
                readonly count: number;
                readonly first: components["schemas"]["OfficerResponse"];
                readonly last: components["schemas"]["OfficerResponse"];
                readonly recent?: readonly components["schemas"]["OfficerResponse"][];
            };
            readonly responsesRecorded?: number;
            readonly responseWithdrawn?: components["schemas"]["OfficerResponse"];
            readonly answers?: readonly {
                readonly subscriptionId: string;
                readonly by: string;
                readonly at: string;
                readonly until: string | null;
                readonly note: string | null;
                readonly via: "key" | "link";
                readonly response?: {
                    readonly kind: "warned" | "moved" | "sent" | "other" | "none";
                    readonly at: string;
                    readonly recordedAt: string;
                };
            }[];
        };
        readonly AlertStatement: {
            readonly alertId: string;
            readonly revision: number;
            readonly operatorRevision: number;
            readonly seq?: number;
            readonly theatre: string;
            readonly status: components["schemas"]["AlertStatus"];
            readonly notify: "page" | "quiet" | "update";
            readonly ruleId: string;
            readonly ruleVersion: number;
            readonly pattern: string;
            readonly group: {
                readonly [key: string]: string;
            };
            readonly headline: string;
            readonly explanation: string;
            readonly inLanguages?: {
                readonly fr: {
                    readonly headline: string;
                    readonly explanation: string;
                    readonly measure: string;
                    readonly levels: readonly string[];
                };
            };
            readonly severity: components["schemas"]["Severity"];
            readonly urgency: "immediate" | "expected" | "future" | "past" | "unknown";
            readonly certainty: components["schemas"]["Certainty"];
            readonly levels: readonly components["schemas"]["AlertLevel"][];
            readonly area: components["schemas"]["AlertArea"];
            readonly window: components["schemas"]["AlertWindow"];
            readonly measure: components["schemas"]["AlertMeasure"];
            readonly evidenceOmitted: number;
            readonly category: readonly string[];
            readonly fatalities: components["schemas"]["Fatalities"];
            readonly times: {
                readonly occurredFrom: string;
                readonly firstReportedAt: string;
                readonly detectedAt: string;
            };
            readonly handling: components["schemas"]["Handling"];
            readonly concerns: components["schemas"]["Handling"];
            readonly references: readonly string[];
            readonly partOf: string | null;
            readonly operator: components["schemas"]["AlertOperator"];
            readonly drill: boolean;
            readonly describes?: boolean;
            readonly reason: string | null;
            readonly action: components["schemas"]["AlertAction"];
            readonly evidenceCount: {
                readonly triggers: number;
                readonly support: number;
            };
            readonly evidenceLost?: boolean;
        };
        readonly AlertStatus: "provisional" | "confirmed" | "retracted" | "resolved";
        readonly AlertTold: {
            readonly subscriptionId: string;
            readonly by: string | null;
            readonly contact: string | null;
            readonly cause: "told" | "held" | "waiting" | "muted" | "superseded" | "expired" | "not-accepted" | "lapsed" | "left-out" | "view" | "before-subscription" | "drill" | "filter" | "quiet" | "not-authorized" | "unconfirmed" | "disabled" | "ended" | "not-yet" | "earlier-settings" | "forgotten";
            readonly unmet: readonly ("severity" | "minSeverity" | "status" | "pattern" | "ruleId" | "category" | "theatre" | "admin1" | "country" | "polygon" | "circle" | "certainty" | "handling" | "drill" | "types")[];
            readonly type: string | null;
            readonly state: "accepted" | "waiting" | "held" | "not-accepted" | "not-sent";
            readonly acceptedAt: string | null;
            readonly waitsSince: string | null;
            readonly held: {
                readonly reason: components["schemas"]["DeliveryWaited"];
                readonly until: string | null;
                readonly by: string | null;
            } | null;
            readonly because: components["schemas"]["Because"];
            readonly reminded: {
                readonly count: number;
                readonly at: string;
                readonly state: "pending" | "accepted" | "overtaken" | "given-up" | "gone";
            } | null;
            readonly repeatHeld: {
                readonly reason: components["schemas"]["DeliveryWaited"];
                readonly until: string | null;
                readonly by: string | null;
                readonly at: string;
            } | null;
            readonly answered: components["schemas"]["PartnersAnswer"] | null;
        };
        readonly AlertToldList: {
            readonly items: readonly components["schemas"]["AlertTold"][];
            readonly next: string | null;
            readonly silences: readonly components["schemas"]["SilenceOver"][];
        };
        readonly AlertWindow: {
            readonly from: string;
            readonly to: string | null;
        };
        readonly Because: ("first" | "graver" | "update" | "retracted" | "ended" | "repeat" | "ended-unheard" | "endings-unwanted" | "action-refused") | null;
        readonly Caller: {
            readonly id: string;
            readonly name: string;
            readonly scopes: components["schemas"]["KeyScopes"];
            readonly theatres: components["schemas"]["TheatresHeld"];
            readonly handling: components["schemas"]["Handling"];
            readonly expiresAt: string | null;
            readonly log: {
                readonly epoch: string;
                readonly restored: {
                    readonly at: string;
                    readonly takenAt: string | null;
                } | null;
            };
        };
        readonly Category: "attack" | "attack-on-civilians" | "clash" | "ambush" | "explosion" | "air-strike" | "shelling" | "abduction" | "release" | "killing" | "looting" | "arson" | "infrastructure-destroyed" | "blockade" | "movement-denied" | "aid-denied" | "access-restored" | "territory-seized" | "imposed-rule" | "displacement" | "food-insecurity" | "school-closure" | "advisory" | "appeal" | "threat" | "protest" | "statistic" | "other";
        readonly Certainty: "observed" | "likely" | "possible" | "unlikely" | "unknown";
        readonly Day: string;
        readonly Delivery: {
            readonly sequence: number;
            readonly id: string;
            readonly previousId: string | null;
            readonly alertId: string;
            readonly type: string;
            readonly plannedAt: string;
            readonly state: "pending" | "delivered" | "parked" | "superseded" | "expired" | "lapsed" | "left-out" | "muted";
            readonly superseded: {
                readonly from: number;
                readonly to: number;
            } | null;
            readonly round: number;
            readonly attempts: number;
            readonly nextAt: string | null;
            readonly held: components["schemas"]["DeliveryHeld"];
            readonly waited: components["schemas"]["DeliveryWaited"];
            readonly because: components["schemas"]["Because"];
            readonly repeated: {
                readonly id: string;
                readonly count: number;
                readonly at: string;
                readonly because: "first" | "graver" | "update" | "retracted" | "ended" | "repeat";
                readonly state: "pending" | "accepted" | "overtaken" | "given-up" | "gone";
            } | null;
            readonly repeatHeld: components["schemas"]["ReminderHeld"];
            readonly last: {
                readonly at: string;
                readonly status: number | null;
                readonly durationMs: number;
                readonly excerpt: string | null;
                readonly reason: string | null;
            } | null;
            readonly request?: components["schemas"]["SentRequest"];
        };
        readonly DeliveryHeld: {
            readonly reason: components["schemas"]["HoldReason"];
            readonly until: string | null;
            readonly by: string | null;
        } | null;
        readonly DeliveryWaited: components["schemas"]["HoldReason"] | null;
        readonly Digest: {
            readonly theatre: string;
            readonly from: string;
            readonly to: string;
            readonly baseDays: number;
            readonly attacks: number;
            readonly usual: number | null;
            readonly chance: number | null;
            readonly trend: readonly number[];
            readonly areas: readonly {
                readonly admin1: string;
                readonly name: string;
                readonly attacks: number;
                readonly usual: number | null;
                readonly chance: number | null;
                readonly trend: readonly number[];
                readonly alerts: readonly {
                    readonly alertId: string;
                    readonly pattern: string;
                    readonly headline: string;
                    readonly inLanguages?: {
                        readonly fr: {
                            readonly headline: string;
                        };
                    };
                    readonly severity: components["schemas"]["Severity"];
                    readonly status: components["schemas"]["AlertStatus"];
                    readonly from: string;
                }[];
            }[];
            readonly areasOmitted: number;
            readonly situations: readonly {
                readonly alertId: string;
                readonly pattern: string;
                readonly headline: string;
                readonly inLanguages?: {
                    readonly fr: {
                        readonly headline: string;
                    };
                };
                readonly severity: components["schemas"]["Severity"];
                readonly status: components["schemas"]["AlertStatus"];
                readonly from: string;
            }[];
            readonly budget: {
                readonly declared: number;
                readonly spent: number;
                readonly falseAlarms: number;
            } | null;
            readonly isOver: boolean;
        };
        readonly Evidence: {
            readonly incidentId: string;
            readonly revision?: number;
            readonly role: "trigger" | "support";
            readonly handling: components["schemas"]["Handling"];
            readonly incident: components["schemas"]["Incident"] | null;
        };
        readonly Fatalities: {
            readonly low: number | null;
            readonly best: number | null;
            readonly high: number | null;
        };
        readonly FieldError: {
            readonly pointer: string;
            readonly detail: string;
        };
        readonly Filter: {
            readonly severity?: readonly components["schemas"]["Severity"][];
            readonly minSeverity?: components["schemas"]["Severity"];
            readonly status?: readonly components["schemas"]["AlertStatus"][];
            readonly pattern?: components["schemas"]["FilterNames"];
            readonly ruleId?: components["schemas"]["FilterNames"];
            readonly category?: components["schemas"]["FilterCategory"];
            readonly theatre?: components["schemas"]["FilterNames"];
            readonly admin1?: components["schemas"]["FilterNames"];
            readonly country?: components["schemas"]["FilterNames"];
            readonly polygon?: components["schemas"]["FilterPolygon"];
            readonly circle?: components["schemas"]["FilterCircle"];
            readonly certainty?: readonly components["schemas"]["Certainty"][];
            readonly handling?: readonly components["schemas"]["Handling"][];
            readonly drill?: boolean;
        };
        readonly FilterCategory: readonly ("attack" | "attack-on-civilians" | "clash" | "ambush" | "explosion" | "air-strike" | "shelling" | "abduction" | "release" | "killing" | "looting" | "arson" | "infrastructure-destroyed" | "blockade" | "movement-denied" | "aid-denied" | "access-restored" | "territory-seized" | "imposed-rule" | "displacement" | "food-insecurity" | "school-closure" | "advisory" | "appeal" | "threat" | "protest" | "statistic" | "other")[];
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
        readonly FilterPolygon: {
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
        readonly Handling: "public" | "partners" | "internal" | "restricted";
        readonly Hindrance: {
            readonly reason: "withdrawn" | "no-theatre" | "beyond-window" | "statistic" | "grade" | "contradicting-place" | "unknown-place" | "too-coarse";
            readonly detail: string;
            readonly rules: readonly string[] | null;
        };
        readonly HoldReason: "silenced" | "off-watch" | "quiet-hours" | "told-in-story" | "answered" | "pages-nobody" | "earlier-line" | "group-wait" | "update-interval" | "below-minimum";
        readonly ImportKinds: {
            readonly formats: readonly {
                readonly format: string;
                readonly mapping: "needed" | "optional" | "none";
                readonly statesReportTime: boolean;
            }[];
            readonly mappings: readonly string[];
        };
        readonly ImportTried: {
            readonly rows: number;
            readonly accepted: number;
            readonly duplicates: number;
            readonly withdrawals: number;
            readonly staysWithdrawn: number;
            readonly leftOut: number;
            readonly refused: number;
            readonly refusedRows: readonly {
                readonly row: number;
                readonly faults: readonly {
                    readonly column: string | null;
                    readonly reason: string;
                    readonly detail: string;
                }[];
            }[];
            readonly warnings: {
                readonly [key: string]: number;
            };
            readonly categories: {
                readonly [key: string]: number;
            };
            readonly countries: {
                readonly [key: string]: number;
            };
            readonly places: {
                readonly [key: string]: number;
            };
            readonly sources: {
                readonly [key: string]: number;
            };
            readonly occurred: {
                readonly from: string;
                readonly to: string;
            } | null;
            readonly notes: readonly string[];
            readonly brokenBy: string | null;
            readonly reports: readonly components["schemas"]["Report"][];
            readonly toWithdraw: readonly {
                readonly reportId: string;
                readonly externalId: string;
                readonly reason: string;
                readonly mayBeAbsent: boolean;
            }[];
        };
        readonly Incident: {
            readonly incidentId: string;
            readonly revision: number;
            readonly theatre: string;
            readonly aliases: readonly string[];
            readonly independentSources: number;
            readonly occurred: components["schemas"]["Span"];
            readonly category: string;
            readonly tactics: readonly string[];
            readonly fatalities: components["schemas"]["Fatalities"];
            readonly credibility: number;
            readonly handling: components["schemas"]["Handling"];
            readonly from: readonly string[];
            readonly drill?: boolean;
            readonly mayBe?: readonly string[];
            readonly inCrowd?: boolean;
            readonly joins?: readonly components["schemas"]["IncidentJoin"][];
            readonly readers?: readonly components["schemas"]["Handling"][];
            readonly takenBack?: boolean;
            readonly place: components["schemas"]["IncidentPlace"];
            readonly alsoAt: readonly components["schemas"]["ShownPlace"][];
            readonly withdrawn: boolean;
            readonly reports: readonly components["schemas"]["IncidentReport"][];
        };
        readonly IncidentJoin: {
            readonly reports: [
                string,
                string
            ];
            readonly score: number;
            readonly why: string;
        };
        readonly IncidentPlace: {
            readonly name: string | null;
            readonly country: string | null;
            readonly admin1: string | null;
            readonly lat: number | null;
            readonly lon: number | null;
            readonly radiusKm: number | null;
            readonly settlement: string | null;
            readonly resolution: ("stated" | "gazetteer" | "ambiguous" | "unresolved") | null;
            readonly candidates: readonly components["schemas"]["PlaceCandidate"][];
            readonly candidatesOmitted?: number;
            readonly contradiction?: "country" | "admin1";
            readonly precision?: "assumed";
        };
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
            readonly theatre: string;
            readonly place: components["schemas"]["ShownPlace"];
            readonly alsoAt: readonly components["schemas"]["ShownPlace"][];
            readonly withdrawn: boolean;
            readonly private?: components["schemas"]["PrivateTexts"] | null;
        };
        readonly Instant: string;
        readonly KeyScopes: readonly ("reports:write" | "reports:read" | "alerts:read" | "alerts:operate" | "persons:read" | "rules:manage" | "subscriptions:manage" | "audit:read" | "admin" | "metrics:read")[];
        readonly Lane: "live" | "backfill";
        readonly LeftView: {
            readonly alertId: string;
            readonly theatre: string;
        };
        readonly Measure: {
            readonly name: string;
            readonly value: number;
            readonly threshold: number;
            readonly baseline: number | null;
        };
        readonly NearMissList: {
            readonly items: readonly {
                readonly theatre: string;
                readonly group: {
                    readonly [key: string]: string;
                };
                readonly measure: components["schemas"]["Measure"];
                readonly lacks: string;
                readonly drill?: boolean;
                readonly incidents: number;
                readonly lastAt: string;
            }[];
            readonly next: null;
            readonly canSay: boolean;
        };
        readonly OfficerResponse: {
            readonly kind: "warned" | "moved" | "sent" | "other" | "none";
            readonly at: string;
            readonly recordedAt: string;
            readonly id?: string;
            readonly corrects?: readonly string[];
            readonly byId?: string;
            readonly handling?: components["schemas"]["Handling"];
        };
        readonly PartnersAnswer: {
            readonly at: string;
            readonly until: string | null;
            readonly note: string | null;
            readonly via: "key" | "link";
            readonly response: {
                readonly kind: "warned" | "moved" | "sent" | "other" | "none";
                readonly at: string;
                readonly recordedAt: string;
            } | null;
        };
        readonly Place: {
            readonly name: string | null;
            readonly country: string | null;
            readonly admin1: string | null;
            readonly statedAdmin1: string | null;
            readonly foundAdmin1: string | null;
            readonly lat: number | null;
            readonly lon: number | null;
            readonly radiusKm: number | null;
            readonly settlement: string | null;
            readonly settlementName: string | null;
            readonly resolution: "stated" | "gazetteer" | "ambiguous" | "unresolved";
            readonly candidates: readonly components["schemas"]["PlaceCandidate"][];
            readonly precision?: "assumed";
            readonly contradiction?: "country" | "admin1";
            readonly neighbours?: readonly string[];
            readonly claimants?: readonly string[];
            readonly seat?: "country" | "admin1" | "admin2";
            readonly near?: components["schemas"]["PlaceNear"];
        };
        readonly PlaceCandidate: {
            readonly settlement: string;
            readonly name: string;
            readonly country: string;
            readonly admin1: string | null;
            readonly lat: number;
            readonly lon: number;
        };
        readonly PlaceNear: {
            readonly name: string;
            readonly km: number;
            readonly wind: "north" | "north-east" | "east" | "south-east" | "south" | "south-west" | "west" | "north-west";
        };
        readonly PreviewedAlert: {
            readonly alertId: string | null;
            readonly ruleId: string;
            readonly pattern: string | null;
            readonly group: {
                readonly [key: string]: string;
            };
            readonly headline: string;
            readonly drill?: boolean;
            readonly severity: components["schemas"]["Severity"];
            readonly level: number;
            readonly area: components["schemas"]["AlertArea"];
            readonly window: components["schemas"]["AlertWindow"];
            readonly measure: components["schemas"]["Measure"];
            readonly triggers: number;
            readonly lateSeconds: number;
        };
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
        readonly QuietHours: {
            readonly from: string;
            readonly to: string;
            readonly timeZone: string;
        } | null;
        readonly ReadyReport: {
            readonly ready: boolean;
            readonly phase: "starting" | "serving" | "draining" | "closing";
            readonly log: string;
            readonly checks: {
                readonly [key: string]: {
                    readonly [key: string]: string;
                };
            };
        };
        readonly ReminderHeld: {
            readonly reason: components["schemas"]["HoldReason"];
            readonly until: string | null;
            readonly by: string | null;
            readonly at: string;
        } | null;
        readonly Report: {
            readonly source: {
                readonly id: string;
            };
            readonly externalId?: string;
            readonly reportedAt?: string;
            readonly occurred: {
                readonly from: string;
                readonly to: string;
            };
            readonly category: "attack" | "attack-on-civilians" | "clash" | "ambush" | "explosion" | "air-strike" | "shelling" | "abduction" | "release" | "killing" | "looting" | "arson" | "infrastructure-destroyed" | "blockade" | "movement-denied" | "aid-denied" | "access-restored" | "territory-seized" | "imposed-rule" | "displacement" | "food-insecurity" | "school-closure" | "advisory" | "appeal" | "threat" | "protest" | "statistic" | "other";
            readonly tactics?: readonly string[];
            readonly location: components["schemas"]["ReportLocation"];
            readonly alsoAt?: readonly components["schemas"]["ReportLocation"][];
            readonly actors?: readonly {
                readonly name: string;
                readonly role?: string;
            }[];
            readonly targets?: readonly {
                readonly kind: string;
            }[];
            readonly fatalities?: {
                readonly low?: number | null;
                readonly best?: number | null;
                readonly high?: number | null;
            };
            readonly credibility?: number;
            readonly handling?: components["schemas"]["Handling"];
            readonly drill?: boolean;
            readonly private?: {
                readonly narrative?: string;
                readonly links?: readonly string[];
                readonly persons?: readonly {
                    readonly name?: string;
                    readonly aliases?: readonly string[];
                    readonly role?: string;
                    readonly kind?: string;
                }[];
            };
        };
        readonly ReportAccepted: {
            readonly reportId: string;
            readonly revision: number;
            readonly theatre: string;
            readonly duplicate: boolean;
            readonly place?: components["schemas"]["ToldPlace"];
            readonly alsoAt?: readonly components["schemas"]["ToldPlace"][];
            readonly superseded?: components["schemas"]["ReportSuperseded"];
            readonly cursor: string;
        };
        readonly ReportAlert: {
            readonly alertId: string;
            readonly status: components["schemas"]["AlertStatus"];
            readonly severity: components["schemas"]["Severity"];
            readonly ruleId: string;
            readonly headline: string;
        };
        readonly ReportList: {
            readonly items: readonly components["schemas"]["ReportShown"][];
            readonly next: string | null;
            readonly lastWeek?: number;
        };
        readonly ReportLocation: {
            readonly name?: string;
            readonly country?: string;
            readonly admin1?: string;
            readonly lat?: number;
            readonly lon?: number;
            readonly radiusKm?: number;
        } | unknown | unknown;
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
            readonly theatre: string;
            readonly lane: components["schemas"]["Lane"];
            readonly persons: readonly {
                readonly role: string | null;
                readonly kind: string | null;
                readonly key?: string;
            }[];
            readonly private?: components["schemas"]["PrivateTexts"] | null;
        };
        readonly ReportShown: {
            readonly reportId: string;
            readonly revision: number;
            readonly theatre: string;
            readonly withdrawn: {
                readonly at: string;
                readonly reason: string;
            } | null;
            readonly report: components["schemas"]["ReportRevision"] | null;
            readonly assembled: boolean;
            readonly incident: {
                readonly incidentId: string;
                readonly revision?: number;
            } | null;
            readonly alerts: readonly components["schemas"]["ReportAlert"][];
            readonly hindrances: readonly components["schemas"]["Hindrance"][];
        };
        readonly ReportSuperseded: {
            readonly reportedAt: string;
            readonly hint: string;
        };
        readonly ResponseTimes: {
            readonly by: "severity" | "area" | "officer" | "subscriber";
            readonly from: string | null;
            readonly to: string | null;
            readonly targets: {
                readonly detectionS: number;
                readonly acknowledgementS: number;
                readonly responseS: number;
            };
            readonly items: readonly components["schemas"]["ResponseTimesRow"][];
        };
        readonly ResponseTimesRow: {
            readonly severity?: string;
            readonly area?: string | null;
            readonly officer?: string | null;
            readonly officerId?: string | null;
            readonly subscriber?: string | null;
            readonly subscriptionId?: string;
            readonly drill: boolean;
            readonly called: number;
            readonly acknowledged: number;
            readonly acknowledgementMedianS: number | null;
            readonly acknowledgementP90S: number | null;
            readonly responded: number;
            readonly responseMedianS: number | null;
            readonly responseP90S: number | null;
            readonly detected: number;
            readonly detectionMedianS: number | null;
            readonly detectionP90S: number | null;
            readonly detectedInTime: number;
            readonly acknowledgedInTime: number;
            readonly respondedInTime: number;
            readonly allInTime: number;
            readonly unanswered: number;
        };
        readonly Rule: {
            readonly ruleId: string;
            readonly ruleVersion: number;
            readonly pattern: string;
            readonly title?: string;
            readonly parameters: {
                readonly [key: string]: unknown;
            };
            readonly where?: string;
            readonly groupBy?: readonly ("country" | "admin1" | "settlement" | "category" | "actor" | "target" | "source")[];
            readonly severities?: readonly components["schemas"]["Severity"][];
            readonly headline?: string;
            readonly notify?: "quiet";
            readonly theatres?: readonly string[];
            readonly budgets?: {
                readonly [key: string]: number;
            };
            readonly inForce: readonly {
                readonly name: string;
                readonly value: unknown;
                readonly unit: string;
                readonly meaning: string;
                readonly source: string;
                readonly title: string;
                readonly inLanguages: {
                    readonly fr: {
                        readonly title: string;
                        readonly unit: string;
                        readonly meaning: string;
                    };
                };
            }[];
            readonly failing: {
                readonly count: number;
                readonly lastMessage: string | null;
            };
            readonly warming: readonly string[];
            readonly neededRetentionDays: number | null;
            readonly retainedTooShort: readonly string[];
            readonly namesNoRule: readonly string[];
        };
        readonly RuleDispositions: {
            readonly theatre: string;
            readonly ruleId: string;
            readonly since: string;
            readonly raised: number;
            readonly judged: number;
            readonly dispositions: {
                readonly true: number;
                readonly "false-alarm": number;
                readonly duplicate: number;
                readonly drill: number;
            };
            readonly falseAlarmsPerYear: number | null;
            readonly expectedPerYear: number | null;
            readonly spent: number | null;
        };
        readonly RulePreview: {
            readonly theatres: readonly {
                readonly theatre: string;
                readonly since: string | null;
                readonly months: readonly {
                    readonly month: string;
                    readonly alerts: {
                        readonly [key: string]: number;
                    };
                }[];
                readonly lateness: {
                    readonly medianSeconds: number;
                    readonly p90Seconds: number;
                    readonly maxSeconds: number;
                } | null;
                readonly appear: readonly components["schemas"]["PreviewedAlert"][];
                readonly change: readonly {
                    readonly before: components["schemas"]["PreviewedAlert"];
                    readonly after: components["schemas"]["PreviewedAlert"];
                }[];
                readonly vanish: readonly components["schemas"]["PreviewedAlert"][];
                readonly same: number;
                readonly omitted: number;
            }[];
            readonly elsewhere: readonly string[];
            readonly complete: boolean;
        };
        readonly RuleVersionList: {
            readonly items: readonly {
                readonly ruleVersion: number;
                readonly at: string;
                readonly by: {
                    readonly id: string;
                    readonly name: string;
                } | null;
                readonly rule: {
                    readonly [key: string]: unknown;
                };
            }[];
            readonly next: string | null;
        };
        readonly SentRequest: {
            readonly method: "POST";
            readonly url: string;
            readonly headers: {
                readonly [key: string]: string;
            };
            readonly body: string | null;
        };
        readonly Severity: "minor" | "moderate" | "severe" | "extreme";
        readonly Shift: {
            readonly officer: string;
            readonly from: string;
            readonly until: string;
            readonly lines: readonly string[];
            readonly note: string | null;
        };
        readonly ShiftReport: {
            readonly since: string;
            readonly until: string;
            readonly counts: {
                readonly unacknowledged: number;
                readonly extreme: number;
                readonly new: number;
                readonly escalated: number;
                readonly resolved: number;
                readonly medianSeconds: number | null;
            };
            readonly items: readonly {
                readonly alert: components["schemas"]["Alert"];
                readonly heading: "needed" | "inHand" | "others" | "over";
                readonly tags: readonly {
                    readonly kind: "new" | "escalated" | "acknowledged" | "done" | "partner" | "resolved" | "retracted" | "changed";
                    readonly at: string;
                }[];
                readonly notified: boolean | null;
            }[];
            readonly omitted: number;
            readonly unchanged: number;
        };
        readonly ShownPlace: components["schemas"]["Place"] & {
            readonly candidatesOmitted?: number;
        };
        readonly Silence: {
            readonly id: string;
            readonly isForOne: boolean;
            readonly subscriptionId: string | null;
            readonly subscriber: components["schemas"]["SubscriberName"] | null;
            readonly startsAt: string;
            readonly endsAt: string;
            readonly includesExtreme: boolean;
            readonly reason: string | null;
            readonly by: string | null;
            readonly standing: "waiting" | "holding" | "over";
            readonly isBacked: boolean;
            readonly endedAt: string | null;
            readonly createdAt: string;
            readonly alertId: string | null;
            readonly filter: {
                readonly severity?: readonly components["schemas"]["Severity"][];
                readonly minSeverity?: components["schemas"]["Severity"];
                readonly status?: readonly components["schemas"]["AlertStatus"][];
                readonly pattern?: components["schemas"]["FilterNames"];
                readonly ruleId?: components["schemas"]["FilterNames"];
                readonly category?: components["schemas"]["FilterCategory"];
                readonly theatre?: components["schemas"]["FilterNames"];
                readonly admin1?: components["schemas"]["FilterNames"];
                readonly country?: components["schemas"]["FilterNames"];
                readonly polygon?: components["schemas"]["FilterPolygon"];
                readonly circle?: components["schemas"]["FilterCircle"];
                readonly certainty?: readonly components["schemas"]["Certainty"][];
                readonly handling?: readonly components["schemas"]["Handling"][];
                readonly drill?: boolean;
            } | null;
            readonly theatres: components["schemas"]["TheatresHeld"] | null;
            readonly handling: components["schemas"]["Handling"] | null;
            readonly matches: number | null;
        };
        readonly SilenceOver: {
            readonly id: string;
            readonly isForOne: boolean;
            readonly subscriptionId: string | null;
            readonly subscriber: components["schemas"]["SubscriberName"] | null;
            readonly startsAt: string;
            readonly endsAt: string;
            readonly includesExtreme: boolean;
            readonly reason: string | null;
            readonly by: string | null;
        };
        readonly SourceHeard: {
            readonly theatre: string;
            readonly lastReportedAt: string;
            readonly state: "live" | "silent" | "archive";
            readonly reportsADay: readonly number[];
        };
        readonly SourceShown: {
            readonly id: string;
            readonly version?: number;
            readonly reliability?: "A" | "B" | "C" | "D" | "E" | "F";
            readonly latenessDays?: number;
            readonly cadenceDays?: number;
            readonly archive?: boolean;
            readonly reporters?: readonly string[] | null;
            readonly heard?: readonly components["schemas"]["SourceHeard"][];
        };
        readonly Span: {
            readonly from: components["schemas"]["Day"];
            readonly to: components["schemas"]["Day"];
        };
        readonly SubscriberName: {
            readonly subscriptionId: string;
            readonly by: string | null;
            readonly contact: string | null;
        };
        readonly Subscription: {
            readonly id: string;
            readonly version: number;
            readonly kind?: "webhook" | "slack" | "teams" | "telegram" | "pagerduty" | "email" | "alertmanager";
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
            readonly order: "strict" | "newest-state";
            readonly schedule: readonly number[] | null;
            readonly policy?: components["schemas"]["SubscriptionPolicy"];
            readonly contact: string | null;
            readonly fallbackUrl?: string | null;
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
            readonly status: "active" | "parked" | "ended" | "suspended" | "unconfirmed" | "disabled";
            readonly endpoint: "up" | "failing" | "down" | "parked";
            readonly consent?: components["schemas"]["SubscriptionConsent"];
            readonly sequence: number;
            readonly pending: number;
            readonly parked: number;
            readonly fallback?: components["schemas"]["SubscriptionFallback"];
            readonly warnings?: components["schemas"]["SubscriptionWarnings"];
        };
        readonly SubscriptionConsent: {
            readonly asked: number;
            readonly nextAt: string | null;
            readonly until: string;
            readonly last: {
                readonly at: string;
                readonly status: number | null;
                readonly reason: string;
            } | null;
        };
        readonly SubscriptionFallback: {
            readonly status: "active" | "ended" | "unconfirmed";
            readonly notice: {
                readonly id: string;
                readonly state: "down" | "parked" | "ended" | "refused" | "up";
                readonly at: string;
                readonly accepted: boolean;
            } | null;
        };
        readonly SubscriptionHealth: {
            readonly metricsLabel: string;
            readonly pending: number;
            readonly parked: number;
            readonly lagSeconds: number | null;
            readonly acceptedAt: string | null;
            readonly failure: {
                readonly at: string;
                readonly reason: string;
                readonly status: number | null;
            } | null;
            readonly consent?: components["schemas"]["SubscriptionConsent"];
            readonly hour: {
                readonly accepted: number;
                readonly failed: number;
                readonly share: number | null;
            };
            readonly day: {
                readonly accepted: number;
                readonly failed: number;
                readonly share: number | null;
            };
            readonly attempts: {
                readonly count: number;
                readonly p50Ms: number | null;
                readonly p99Ms: number | null;
            };
        };
        readonly SubscriptionPolicy: {
            readonly minSeverity?: components["schemas"]["Severity"];
            readonly groupWaitSeconds?: number;
            readonly updateMinutes?: number;
            readonly stories?: "one" | "each";
            readonly endings?: boolean;
            readonly quietHours?: components["schemas"]["QuietHours"];
            readonly unansweredMinutes?: number;
            readonly repeatMinutes?: number;
            readonly watch?: string | null;
        } | null;
        readonly SubscriptionWarnings: readonly {
            readonly pointer: string;
            readonly detail: string;
        }[];
        readonly TestOutcome: {
            readonly accepted: boolean;
            readonly durationMs: number;
            readonly kind: "response" | "timeout" | "refused" | "failed" | "cancelled";
            readonly status?: number;
            readonly retryAfter?: string | null;
            readonly excerpt?: string;
            readonly reason?: string;
        };
        readonly TheatreShown: {
            readonly id: string;
            readonly version: number;
            readonly covers: string;
            readonly countries: readonly string[] | null;
            readonly polygon: readonly (readonly [
                number,
                number
            ][])[] | null;
            readonly clock: "wall" | "replay";
            readonly retentionDays: number;
            readonly falseAlarmBudget: number | null;
            readonly now: string | null;
            readonly clockStanding: "right" | "behind" | "unset" | "leap";
            readonly leavesOutside?: {
                readonly reports: number;
                readonly isAll: boolean;
                readonly hint: string;
            };
        };
        readonly TheatresHeld: "*" | readonly string[];
        readonly ToldCandidate: {
            readonly settlement: string;
            readonly name: string;
            readonly country: string;
            readonly admin1: string | null;
            readonly region?: string;
            readonly lat: number;
            readonly lon: number;
        };
        readonly ToldPlace: {
            readonly resolution: "stated" | "gazetteer" | "ambiguous" | "unresolved" | "contradicting";
            readonly candidates: readonly components["schemas"]["ToldCandidate"][];
            readonly omitted?: number;
            readonly hint?: string;
        };
        readonly View: {
            readonly id: string;
            readonly name: string;
            readonly query: string;
            readonly by: string | null;
            readonly mayChange: boolean;
        };
        readonly Watch: {
            readonly id: string;
            readonly name: string;
            readonly version: number;
            readonly shifts: readonly components["schemas"]["Shift"][];
            readonly theatres: components["schemas"]["TheatresHeld"];
            readonly handling: components["schemas"]["Handling"];
            readonly lineNames: readonly components["schemas"]["SubscriberName"][];
            readonly onWatch: readonly components["schemas"]["Shift"][];
            readonly next: components["schemas"]["Shift"] | null;
            readonly isFollowed: boolean;
            readonly isUnstaffed: boolean;
            readonly mayChange: boolean;
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
