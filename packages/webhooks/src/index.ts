// What a sender or a receiver needs, in one import: signing, verifying, and the judging
// of addresses. No network here; the sender is in undici-transport.ts.

export {
  type EndpointPolicy,
  type EndpointRefusal,
  isAllowedAddress,
  isAllowedAnswer,
  type Network,
  parseNetworks,
  type VettedEndpoint,
  vetEndpoint as vetAddress
} from './address-vetting.ts'
export { signWebhook as sign, type WebhookHeaders, type WebhookMessage } from './signature.ts'
export {
  formatPublicKey as publicKeyTextOf,
  formatSecret,
  parseSigningKey,
  parseVerifyingKey,
  type SigningKey,
  type VerifyingKey,
  WebhookKeyError
} from './signing-keys.ts'
export {
  type ReceivedWebhook,
  toleranceDefaultS,
  type Verification,
  type VerificationFailure,
  verifyWebhook as verify
} from './verification.ts'
