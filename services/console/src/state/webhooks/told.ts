// Who was told of the chosen alert. The first page is asked for again and again, further ones when
// somebody wants them.

import { webhooks } from '../../http/webhooks.ts'
import { chosenId } from '../console-state.ts'
import { pagesOf, resource } from '../resource.ts'

const key = () => chosenId.value ?? ''
export const told = pagesOf(cursor => webhooks.toldOf(key(), cursor), { key })

/** The same for who acts on alerts and manages no subscriptions. */
export const toldToOfficers = resource(() => webhooks.toldToOfficers(key()), { key })
