## What stands on buttons.

button-sources = 來源
button-timeline = 時間軸
button-mute = 將此事件靜音
button-unmute = 取消靜音
button-wrong = 有誤
button-back = 上一頁
button-on = 下一頁
button-older = 更早
button-newer = 更新
button-area = 領域
button-since = 時間
button-every-area = 所有領域
button-always = 不限時間
button-days = { $count } 天內
bot-matrix-areas = 請選擇領域：
bot-matrix-times = 請選擇時間範圍：

## What a press does, told to who pressed.

bot-muted = { $id } 已靜音：本聊天不會再收到它的消息。
bot-unmuted = { $id } 已取消靜音：有新進展時會再通知。
bot-wrong-noted = 謝謝。已記錄下來，供規則編寫者查看。
bot-wrong-known = 這裡已經回報過了，謝謝。
bot-button-old = 這個按鈕太舊了，我無法辨認它的用途。請改為輸入指令：/help
bot-failed = 沒有成功，問題出在我這邊。請稍後再試。
source-copy = 轉載

## Changing what is followed.

button-undo = 復原
button-share = 分享
button-pass-on = 轉傳
button-take = 我也關注
button-muted = 已靜音事件
button-settings = 設定
button-following = 關注清單
button-pause = 暫停
button-resume = 恢復
button-remove = 移除
button-any = 不限

## Names of the filters, as they can be written: stage:live, sources:2.

filter-stage = 階段
filter-sources = 來源
filter-language = 語言
filter-capability = 類別
bot-edit-how = 也可以直接寫：/following edit { $number } 階段:已上線 來源:2 語言:日文 類別:支付
bot-no-filter = 我不明白「{ $name }」。可用的篩選：階段:已上線、來源:2、語言:日文、類別:支付；寫「{ $any }」可取消某項篩選。
bot-paused = 已暫停：恢復之前不會傳送任何提醒。/settings resume
bot-muted-list = 本聊天已靜音的事件
bot-muted-nothing = 本聊天沒有靜音任何事件。
bot-muted-not = 本聊天沒有靜音 { $id }。
bot-share = 透過這個連結，其他人可以關注本聊天目前關注的內容。連結不會透露是哪個聊天。
bot-share-offered = 有人分享了關注內容
bot-share-unknown = 我不認識這個分享的訂閱。請對方重新傳送連結。
weekdays = 週一 週二 週三 週四 週五 週六 週日
bot-closed = 本機器人只為指定的聊天服務。
