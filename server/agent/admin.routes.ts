import { Router } from 'express'
import { AppError } from '../contract/errors.ts'
import { PersonInput, type PersonItem } from '../contract/http.ts'
import { Id } from '../contract/words.ts'
import { requirePermission, staffCaller } from '../http/callers.ts'
import type { HttpDeps } from '../http/deps.ts'
import { parseInput } from '../http/input.ts'
import { savePerson } from './people.service.ts'
import { bodyOf, linkFor, mayManage } from './person.service.ts'
import { findPerson, listPeople, type StoredPerson } from './person.store.ts'

const itemOf = (person: StoredPerson): PersonItem => ({
  ...{ id: person.id, version: person.version, demo: person.demo },
  hasPassword: person.passwordHash !== null,
  body: bodyOf(person),
})

/** People, for supervisors and admins. */
export function adminRoutes(deps: HttpDeps): Router {
  const { db } = deps
  return Router()
    .get('/api/desk/people', async (req, res) => {
      requirePermission(await staffCaller(deps, req), 'managePeople')
      res.json({ people: (await listPeople(db)).map(itemOf) })
    })
    .put('/api/desk/people/:id', async (req, res) => {
      const caller = await staffCaller(deps, req)
      requirePermission(caller, 'managePeople')
      const { version, body } = parseInput(PersonInput, req.body)
      const id = parseInput(Id, req.params['id'])
      res.json({ person: itemOf(await savePerson(deps, caller, { id, version, body })) })
    })
    .post('/api/desk/people/:id/link', async (req, res) => {
      const caller = await staffCaller(deps, req)
      requirePermission(caller, 'managePeople')
      const person = await findPerson(db, parseInput(Id, req.params['id']))
      if (!person) throw new AppError('notFound', 'No such person')
      if (!mayManage(caller.role, person.role)) throw notAllowed()
      res.status(201).json({ link: await linkFor(db, deps, caller, person) })
    })
}

const notAllowed = () => new AppError('notAllowed', 'Your role does not allow this')
