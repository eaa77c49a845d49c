## What stands on buttons.

button-sources = 来源
button-timeline = 时间线
button-mute = 静音此事件
button-unmute = 取消静音
button-wrong = 有误
button-back = 上一页
button-on = 下一页
button-older = 更早
button-newer = 更新
button-area = 领域
button-since = 时间
button-every-area = 所有领域
button-always = 不限时间
button-days = { $count } 天内
bot-matrix-areas = 请选择领域：
bot-matrix-times = 请选择时间范围：

## What a press does, told to who pressed.

bot-muted = { $id } 已静音：本聊天不会再收到它的消息。
bot-unmuted = { $id } 已取消静音：有新进展时会再通知。
bot-wrong-noted = 谢谢。已记录下来，供规则编写者查看。
bot-wrong-known = 这里已经报告过了，谢谢。
bot-button-old = 这个按钮太旧了，我无法辨认它的用途。请改为输入命令：/help
bot-failed = 没有成功，问题出在我这边。请稍后再试。
source-copy = 转载

## Changing what is followed.

button-undo = 撤销
button-share = 分享
button-pass-on = 转发
button-take = 我也关注
button-muted = 已静音事件
button-settings = 设置
button-following = 关注列表
button-pause = 暂停
button-resume = 恢复
button-remove = 移除
button-any = 不限

## Names of the filters, as they can be written: stage:live, sources:2.

filter-stage = 阶段
filter-sources = 来源
filter-language = 语言
filter-capability = 类别
bot-edit-how = 也可以直接写：/following edit { $number } 阶段:已上线 来源:2 语言:日文 类别:支付
bot-no-filter = 我不明白“{ $name }”。可用的筛选：阶段:已上线、来源:2、语言:日文、类别:支付；写“{ $any }”可取消某项筛选。
bot-paused = 已暂停：恢复之前不会发送任何提醒。/settings resume
bot-muted-list = 本聊天已静音的事件
bot-muted-nothing = 本聊天没有静音任何事件。
bot-muted-not = 本聊天没有静音 { $id }。
bot-share = 通过这个链接，其他人可以关注本聊天当前关注的内容。链接不会透露是哪个聊天。
bot-share-offered = 有人分享了关注内容
bot-share-unknown = 我不认识这个分享的订阅。请对方重新发送链接。
weekdays = 周一 周二 周三 周四 周五 周六 周日
bot-closed = 本机器人只为指定的聊天服务。
