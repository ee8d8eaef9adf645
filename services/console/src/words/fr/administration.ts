export { part } from '../en/administration.ts'
