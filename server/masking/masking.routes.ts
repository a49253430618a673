import { Router } from 'express'
import { RevealParams, TryMaskInput } from '../contract/masking.ts'
import { requirePermission, staffCaller } from '../http/callers.ts'
import type { HttpDeps } from '../http/deps.ts'
import { parseInput } from '../http/input.ts'
import { revealText } from './masking.service.ts'
import { tryRule } from './try.policy.ts'

export function maskingRoutes(deps: HttpDeps): Router {
  return Router()
    .post('/api/desk/masking/try', async (req, res) => {
      requirePermission(await staffCaller(deps, req), 'configureMasking')
      res.json(tryRule(parseInput(TryMaskInput, req.body)))
    })
    .post('/api/desk/hidden/:conversationId/:seq', async (req, res) => {
      const caller = await staffCaller(deps, req)
      const { conversationId, seq } = parseInput(RevealParams, req.params)
      res.json(await revealText(deps, caller, { conversationId, seq: Number(seq) }))
    })
}
