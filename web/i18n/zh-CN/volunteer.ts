/** 志愿者的页面。 */
export const messages = {
  home: {
    title: '志愿服务',
    hello: '{name}，您好',
    saved: '我存下的时间',
    offers: '有人需要您',
    noOffers: '现在没有新的邀请',
    noOffersText: '附近有人需要时会出现在这里，不用刷新。',
    away: '没有网络时收不到邀请；恢复后会自动出现。',
    visits: '我要去的',
    noVisits: '接受邀请后，要去的服务会排在这里。',
    done: '今天做完的',
  },
  told: {
    accepted: '已接受，谢谢您！地址在下面。',
    declined: '已回复。我们去问别人，不影响您。',
    taken: '谢谢您愿意帮忙！另一位比您快了一步，这次由对方上门。',
  },
  offer: {
    left: '剩余答复时间',
    over: '已过期',
    long: '约 {minutes}',
    far: '距您 {distance}',
    accept: '我去',
    decline: '去不了',
  },
  decline: {
    why: '为什么去不了？',
    reasons: {
      busy: '那时有事',
      too_far: '太远了',
      unwell: '身体不舒服',
      unsuitable: '做不了这项服务',
      other: '其他原因',
    },
    keep: '再想想',
  },
  hours: { title: '我的时间', none: '完成一次服务，这里就有第一笔。', look: '看看谁需要帮忙' },
};
