export { part } from '../en/subscriptions.ts'
