// Who was told of the chosen alert. The first page is asked for again and again, further ones when
// somebody wants them.

import { webhooks } from '../../http/webhooks.ts'
import { chosenId } from '../console-state.ts'
import { pagesOf, resource } from '../resource.ts'

export const told = pagesOf(cursor => webhooks.toldOf(chosenId.peek() ?? '', cursor))

/** The same for who acts on alerts and manages no subscriptions. */
export const toldToOfficers = resource(() => webhooks.toldToOfficers(chosenId.peek() ?? ''))
