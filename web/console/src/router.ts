import { createRouter, createWebHistory, type RouteLocationNormalized } from 'vue-router'
import type { Permission } from './api/types'
import { may, session } from './session/session'
import AppShell from './shell/AppShell.vue'
import { homeOf } from './shell/areas'

declare module 'vue-router' {
  interface RouteMeta {
    /** Without it everybody who is logged in may come. */
    permission?: Permission
    open?: boolean
  }
}

const CallsPage = () => import('./calls/CallsPage.vue')

export const router = createRouter({
  history: createWebHistory('/'),
  routes: [
    { path: '/login', component: () => import('./pages/LoginPage.vue'), meta: { open: true } },
    { path: '/password', component: () => import('./pages/PasswordPage.vue') },
    { path: '/wall', name: 'wall', component: () => import('./wallboard/WallPage.vue'), meta: { permission: 'board' } },
    {
      path: '/',
      component: AppShell,
      children: [
        { path: '', name: 'home', redirect: () => (session.me ? homeOf(session.me) : '/login') },
        { path: 'desk', name: 'desk', component: () => import('./desk/DeskPage.vue'), meta: { permission: 'desk' } },
        { path: 'calls', name: 'calls', component: CallsPage, props: { mine: true }, meta: { permission: 'calls' } },
        { path: 'calls/all', name: 'all-calls', component: CallsPage, props: { mine: false }, meta: { permission: 'all_calls' } },
        { path: 'recordings', name: 'recordings', component: () => import('./recordings/RecordingsPage.vue'), meta: { permission: 'all_calls' } },
        { path: 'retention', name: 'retention', component: () => import('./recordings/RetentionPage.vue'), meta: { permission: 'system' } },
        { path: 'quality', name: 'quality', component: () => import('./quality/QualityPage.vue'), meta: { permission: 'quality' } },
        { path: 'quality/mine', name: 'my-quality', component: () => import('./quality/MinePage.vue'), meta: { permission: 'desk' } },
        { path: 'quality/:id', name: 'inspection', component: () => import('./quality/InspectionPage.vue'), props: true, meta: { permission: 'quality' } },
        { path: 'tasks', name: 'tasks', component: () => import('./tasks/TasksPage.vue'), meta: { permission: 'tasks' } },
        { path: 'tickets', name: 'tickets', component: () => import('./tickets/TicketsPage.vue'), meta: { permission: 'tickets' } },
        { path: 'tickets/:id', name: 'ticket', component: () => import('./tickets/TicketPage.vue'), props: true, meta: { permission: 'tickets' } },
        { path: 'board', name: 'board', component: () => import('./board/BoardPage.vue'), meta: { permission: 'board' } },
        { path: 'alarms', name: 'alarms', component: () => import('./alarms/AlarmsPage.vue'), meta: { permission: 'supervise' } },
        { path: 'roster', name: 'roster', component: () => import('./workforce/RosterPage.vue'), meta: { permission: 'supervise' } },
        { path: 'staffing', name: 'staffing', component: () => import('./workforce/StaffingPage.vue'), meta: { permission: 'figures' } },
        { path: 'lists', name: 'lists', component: () => import('./system/ListsPage.vue'), meta: { permission: 'supervise' } },
        { path: 'contacts', name: 'contacts', component: () => import('./system/ContactsPage.vue'), meta: { permission: 'system' } },
        { path: 'guard', name: 'guard', component: () => import('./system/GuardPage.vue'), meta: { permission: 'system' } },
        { path: 'welcome', name: 'welcome', component: () => import('./pages/WelcomePage.vue') },
        { path: ':rest(.*)*', name: 'nowhere', component: () => import('./pages/NotFoundPage.vue') },
      ],
    },
  ],
})

router.beforeEach((to) => guard(to))

// A page from before an update may ask for files that are gone: read it anew.
router.onError((error, to) => {
  if (/dynamically imported module|Importing a module/i.test(String(error))) location.assign(to.fullPath)
})

function guard(to: RouteLocationNormalized) {
  if (to.meta.open) return true
  if (!session.me) return { path: '/login', query: to.path === '/' ? {} : { back: to.fullPath } }
  if (session.me.mustChangePassword && to.path !== '/password') return '/password'
  if (to.meta.permission && !may(to.meta.permission)) return { name: 'nowhere', params: { rest: to.path.slice(1).split('/') } }
  return true
}
