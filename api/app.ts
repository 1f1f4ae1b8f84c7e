/** The whole front door as one Hono app: what every request passes, then the routes; and the type of its client. */

import { bodyLimit } from 'hono/body-limit';
import { compress } from 'hono/compress';
import { HTTPException } from 'hono/http-exception';
import { guard } from './auth/guard.ts';
import { type ApiContext, newRouter } from './http/context.ts';
import { idempotency } from './http/idempotency.ts';
import { requestLimit } from './http/limits.ts';
import { observe } from './http/observe.ts';
import { ownOriginOnly } from './http/origin.ts';
import { pages } from './http/pages.ts';
import { problems } from './http/problem-table.ts';
import { Problem, problemBody } from './http/problems.ts';
import { securityHeaders } from './http/security.ts';
import { accountRoutes } from './routes/accounts.ts';
import { alertRoutes } from './routes/alerts.ts';
import { askingRoutes } from './routes/asking.ts';
import { availabilityRoutes } from './routes/availability.ts';
import { batchRoutes } from './routes/batches.ts';
import { bedRoutes } from './routes/beds.ts';
import { calendarRoutes } from './routes/calendars.ts';
import { callBackRoutes } from './routes/callBacks.ts';
import { catalogueRoutes } from './routes/catalogue.ts';
import { clearingRoutes } from './routes/clearing.ts';
import { closingRoutes } from './routes/closings.ts';
import { complaintRoutes } from './routes/complaints.ts';
import { contractRoutes } from './routes/contracts.ts';
import { demoRoutes } from './routes/demo.ts';
import { deskRoutes } from './routes/desk.ts';
import { dispatchRoutes } from './routes/dispatch.ts';
import { slotRoutes } from './routes/dispatchSlots.ts';
import { disputeRoutes } from './routes/disputes.ts';
import { doorRoutes } from './routes/doors.ts';
import { elderRoutes } from './routes/elders.ts';
import { givingRoutes } from './routes/giving.ts';
import { handoverRoutes } from './routes/handover.ts';
import { holderRoutes } from './routes/holders.ts';
import { kinshipRoutes } from './routes/kinships.ts';
import { ledgerRoutes } from './routes/ledger.ts';
import { lotRoutes } from './routes/lots.ts';
import { mandateRoutes } from './routes/mandates.ts';
import { meRoutes } from './routes/me.ts';
import { measuresRoutes } from './routes/measures.ts';
import { messageRoutes } from './routes/messages.ts';
import { offerRoutes } from './routes/offers.ts';
import { documentRoutes, operationRoutes } from './routes/operations.ts';
import { orderActRoutes } from './routes/orderActs.ts';
import { orderChangeRoutes } from './routes/orderChanges.ts';
import { orderRoutes } from './routes/orders.ts';
import { oversightRoutes } from './routes/oversight.ts';
import { partnerRoutes } from './routes/partners.ts';
import { planRoutes } from './routes/plans.ts';
import { policyRoutes } from './routes/policies.ts';
import { profileRoutes } from './routes/profiles.ts';
import { proofRoutes } from './routes/proofs.ts';
import { qualityRoutes } from './routes/quality.ts';
import { redeemingRoutes } from './routes/redeeming.ts';
import { reversalRoutes } from './routes/reversals.ts';
import { signInRoutes } from './routes/signin.ts';
import { solvencyRoutes } from './routes/solvency.ts';
import { staffRoutes } from './routes/staff.ts';
import { statementRoutes } from './routes/statements.ts';
import { stayRoutes } from './routes/stays.ts';
import { teamRoutes } from './routes/teams.ts';
import { treeOversightRoutes } from './routes/treeOversight.ts';
import { uploadRoutes } from './routes/uploads.ts';
import { visitPhotoRoutes } from './routes/visitPhotos.ts';
import { visitRecordRoutes } from './routes/visitRecords.ts';
import { visitRoutes } from './routes/visits.ts';
import { visitUnlockRoutes } from './routes/visitUnlocks.ts';
import { visitWordRoutes } from './routes/visitWords.ts';

const BODY_BYTES = 256 * 1024;
/** A partner city's file of a month. */
const FILE_BYTES = 8 * 1024 * 1024;
const TAKES_FILE = /^\/api\/v1\/(partners\/\w+\/comparisons|visits\/[\w-]+\/photos)$/;
const REQUESTS_PER_MINUTE = 1_200;
/** Answers long enough to be worth it; the others are sent as they are. */
const COMPRESSED = [
  '/api/openapi.json',
  '/api/docs/*',
  '/api/v1/areas/*',
  '/api/v1/scores',
  '/api/v1/ledger/solvency',
  '/api/v1/desk/*',
];
const GUARDED = ['/api/*', '/healthz', '/readyz', '/metrics'] as const;

/** Builds the app on its ground. `pagesDir` is the folder of built pages; null serves none. */
export function createApp(context: ApiContext, pagesDir?: string | null) {
  const app = newRouter();
  app.onError((error, c) => {
    const problem = problemOf(error);
    if (problem.code === 'internal') {
      context.log.error(
        { err: error, requestId: c.get('requestId'), route: c.get('route') },
        'a request failed',
      );
    }
    const body = problemBody(problem, c.get('language') ?? 'zh-CN', c.get('requestId') ?? '');
    return c.body(JSON.stringify(body), problems[problem.code].status, {
      ...problem.headers,
      'Content-Type': 'application/problem+json; charset=utf-8',
      'Content-Language': c.get('language') ?? 'zh-CN',
      'Cache-Control': 'no-store',
    });
  });
  app.notFound(() => {
    throw new Problem('route_not_found');
  });

  app.use(observe(context));
  app.use(securityHeaders(context.config.publicUrl.startsWith('https:')));
  const [limitBody, limitFile] = [atMost(BODY_BYTES), atMost(FILE_BYTES)];
  // A body that says its length is read no further than that; only the others are counted as they come.
  app.use((c, next) => {
    if (saysShort(c.req.raw.headers)) return next();
    return (TAKES_FILE.test(c.req.path) ? limitFile : limitBody)(c, next);
  });
  app.use('/api/*', ownOriginOnly(context.config.publicUrl));
  for (const path of GUARDED) app.use(path, guard(context));
  app.use('/api/*', (c, next) => {
    c.header('Cache-Control', 'no-store');
    return next();
  });
  for (const path of COMPRESSED) app.use(path, compress());
  if (context.limits) app.use('/api/*', requestLimit(REQUESTS_PER_MINUTE));
  app.use('/api/v1/*', idempotency(context));

  const routes = app
    .route('/', operationRoutes(context))
    .route(
      '/',
      documentRoutes(() => app),
    )
    .route('/', signInRoutes(context))
    .route('/', meRoutes(context))
    .route('/', messageRoutes(context))
    .route('/', availabilityRoutes(context))
    .route('/', calendarRoutes(context))
    .route('/', catalogueRoutes(context))
    .route('/', elderRoutes(context))
    .route('/', profileRoutes(context))
    .route('/', bedRoutes(context))
    .route('/', stayRoutes(context))
    .route('/', handoverRoutes(context))
    .route('/', contractRoutes(context))
    .route('/', kinshipRoutes(context))
    .route('/', mandateRoutes(context))
    .route('/', redeemingRoutes(context))
    .route('/', lotRoutes(context))
    .route('/', teamRoutes(context))
    .route('/', orderRoutes(context))
    .route('/', orderActRoutes(context))
    .route('/', orderChangeRoutes(context))
    .route('/', planRoutes(context))
    .route('/', offerRoutes(context))
    .route('/', askingRoutes(context))
    .route('/', measuresRoutes(context))
    .route('/', dispatchRoutes(context))
    .route('/', slotRoutes(context))
    .route('/', uploadRoutes(context))
    .route('/', visitRoutes(context))
    .route('/', visitRecordRoutes(context))
    .route('/', visitUnlockRoutes(context))
    .route('/', visitWordRoutes(context))
    .route('/', visitPhotoRoutes(context))
    .route('/', doorRoutes(context))
    .route('/', accountRoutes(context))
    .route('/', holderRoutes(context))
    .route('/', givingRoutes(context))
    .route('/', reversalRoutes(context))
    .route('/', closingRoutes(context))
    .route('/', partnerRoutes(context))
    .route('/', batchRoutes(context))
    .route('/', clearingRoutes(context))
    .route('/', statementRoutes(context))
    .route('/', ledgerRoutes(context))
    .route('/', proofRoutes(context))
    .route('/', treeOversightRoutes(context))
    .route('/', qualityRoutes(context))
    .route('/', staffRoutes(context))
    .route('/', alertRoutes(context))
    .route('/', disputeRoutes(context))
    .route('/', callBackRoutes(context))
    .route('/', complaintRoutes(context))
    .route('/', oversightRoutes(context))
    .route('/', policyRoutes(context))
    .route('/', solvencyRoutes(context))
    .route('/', deskRoutes(context))
    .route('/', demoRoutes(context));
  if (pagesDir !== null) app.use('*', compress(), pages(pagesDir));
  return routes;
}

function atMost(maxSize: number) {
  return bodyLimit({
    maxSize,
    onError: () => {
      throw new Problem('body_too_large');
    },
  });
}

/** What the pages' client is built from. */
export type AppType = ReturnType<typeof createApp>;

/** Whether a request says that its body is within the limit. */
function saysShort(headers: Headers): boolean {
  const length = headers.get('content-length');
  return length !== null && !headers.has('transfer-encoding') && Number(length) <= BODY_BYTES;
}

function problemOf(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof HTTPException) {
    if (error.status === 415) return new Problem('media_type', { field: 'Content-Type' });
    if (error.status === 400) return new Problem('body_not_json');
    if (error.status === 413) return new Problem('body_too_large');
  }
  return new Problem('internal');
}
