/** Public pages. */
import type { messages as zh } from '../zh-CN/public.ts';

export const messages: typeof zh = {
  home: {
    title: 'Home',
    heading: 'Help today, be helped tomorrow',
    lead: 'Elders at home book meals, bathing, company and more, and a volunteer nearby or a trained carer comes to the door. Every minute of volunteering is kept in one city-wide time account, to be redeemed later for yourself or your family.',
    begin: 'How to begin',
    ways: {
      elder: {
        title: 'I am an elder or family',
        text: 'Sign in, choose a service and a time, and somebody comes. Without an account, bring your identity card to a community station.',
      },
      volunteer: {
        title: 'I want to volunteer',
        text: 'Apply at the station of your community; once reviewed you can accept visits, and each minute you serve is kept.',
      },
      phone: {
        title: 'No smartphone needed',
        text: 'Call 12349, say your name and what you need, and the operator books for you.',
      },
    },
    quality: {
      title: 'Service quality, published',
      text: 'Satisfaction, punctuality and complaints of every district and provider, every month, for everybody.',
    },
  },
  signIn: {
    title: 'Sign in',
    ways: 'Ways to sign in',
    by: { password: 'User name and password', phone: 'Code by phone' },
    username: 'User name',
    password: 'Password',
    phone: 'Mobile number',
    code: 'Code from the message',
    send: 'Send me a code',
    sendAgain: 'Send it again',
    sent: 'The code is on its way; please look at your messages.',
    totp: 'Authenticator code',
    totpText: 'Open your authenticator and enter the six digits.',
    help: 'Forgot your password, or never registered? Call 12349 or visit a community station.',
    demo: { title: 'Demo accounts', text: 'This is a demo city. One press and you are in, in that role.' },
  },
  notFound: {
    title: 'Page not found',
    what: 'There is nothing at this address',
    text: 'It may be mistyped, or the page has moved.',
  },
};
