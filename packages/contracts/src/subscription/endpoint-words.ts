// States of the endpoint of a subscription, by words that records and answers use.

/**
 * How consent was given. `own-network`: the address is in a network that the operator has opened,
 * and the endpoint consented there or an administrator vouched for it; in older records no consent
 * was requested. `unasked`: the operator has turned consent requests off.
 */
export const consentWays = ['handshake', 'challenge', 'own-network', 'unasked'] as const
export type ConsentWay = (typeof consentWays)[number]

/**
 * `up`: the last attempt was accepted. `failing`: its first retries are under way. `down`: they
 * failed, it is probed. `parked`: its schedule is exhausted or our rules refuse it, and it is
 * probed slowly. Its deliveries are stored in all states.
 */
export const endpointStates = ['up', 'failing', 'down', 'parked'] as const
export type EndpointState = (typeof endpointStates)[number]

/**
 * `down`, `parked`: the endpoint, as in endpoint-health.ts. `ended`: it answered 410. `refused`: it
 * accepts others, and a delivery is parked. `up`: it accepts again.
 */
export const noticeStates = ['down', 'parked', 'ended', 'refused', 'up'] as const
export type NoticeState = (typeof noticeStates)[number]
