// Who a key or token in a message of a stream belongs to.

import type { Principal } from '@tocsin/auth/access/principal'
import type { Authenticator } from '@tocsin/auth/sign-in/authentication'
import type { SharedKnowledge } from '../alerts/shared-knowledge.ts'

/**
 * The principal of a key or token. An unknown key may have been created at another instance just
 * now. Rejects if that can't be determined.
 */
export async function findTokenPrincipal(
  authenticator: Authenticator | null,
  shared: SharedKnowledge,
  token: string,
  address: string
): Promise<Principal | null> {
  let authentication = await authenticator?.authenticateBearer(token, address)
  if (authentication?.kind === 'unavailable')
    throw new Error("the identity provider's keys are not available now")
  if (authentication?.kind === 'refused' && authentication.reason === 'unknown') {
    await shared.learn('control')
    if (authenticator?.knows(`Bearer ${token}`))
      authentication = authenticator.authenticateKey(token, address)
  }
  return authentication?.kind === 'principal' ? authentication.principal : null
}
