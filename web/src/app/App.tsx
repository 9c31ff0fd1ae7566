import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { lazy, Suspense } from 'react';
import { Route, Switch, useLocation } from 'wouter';
import { ApiError } from '@/api/errors';
import { t } from '@/strings';
import { Boundary } from './Boundary';
import { Shell } from './Shell';

const Home = lazy(() => import('@/pages/Home'));
const LogIn = lazy(() => import('@/pages/LogIn'));
const Register = lazy(() => import('@/pages/Register'));
const CreateChannel = lazy(() => import('@/pages/CreateChannel'));
const OwnChannel = lazy(() => import('@/pages/OwnChannel'));
const Channel = lazy(() => import('@/pages/Channel'));
const Watch = lazy(() => import('@/pages/Watch'));
const Upload = lazy(() => import('@/pages/Upload'));
const Studio = lazy(() => import('@/pages/Studio'));
const EditVideo = lazy(() => import('@/pages/EditVideo'));
const Design = lazy(() => import('@/pages/Design'));
const NotFound = lazy(() => import('@/pages/NotFound'));

const CHANNEL = /^\/@(?<handle>[^/]+)\/?$/;
const MOST_TRIES = 3;

const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 30_000,
      // What was refused would be refused again.
      retry: (failures, error) =>
        failures < MOST_TRIES && (!(error instanceof ApiError) || error.status === 0 || error.status >= 500),
    },
  },
});

export function App() {
  const [path] = useLocation();
  return (
    <QueryClientProvider client={queries}>
      <Shell>
        <Boundary place={path}>
          <Suspense fallback={<p className="hidden-visually">{t.shell.loading}</p>}>
            <Switch>
              <Route path="/" component={Home} />
              <Route path="/login" component={LogIn} />
              <Route path="/register" component={Register} />
              <Route path="/create-channel" component={CreateChannel} />
              <Route path="/channel" component={OwnChannel} />
              <Route path="/upload" component={Upload} />
              <Route path="/studio" component={Studio} />
              <Route path="/studio/:id">{({ id }) => <EditVideo key={id} videoId={id} />}</Route>
              <Route path="/watch/:id">{({ id }) => <Watch key={id} videoId={id} />}</Route>
              <Route path="/design" component={Design} />
              <Route path={CHANNEL}>
                {({ handle = '' }) => <Channel key={handle} handle={decodeURIComponent(handle)} />}
              </Route>
              <Route component={NotFound} />
            </Switch>
          </Suspense>
        </Boundary>
      </Shell>
    </QueryClientProvider>
  );
}
