## What stands on buttons.

button-sources = 來源
button-timeline = 時間軸
button-mute = 將此事件靜音
button-unmute = 取消靜音
button-wrong = 有誤
button-back = 上一頁
button-on = 下一頁

## What a press does, told to who pressed.

bot-muted = { $id } 已靜音：本聊天不會再收到它的消息。
bot-unmuted = { $id } 已取消靜音：有新進展時會再通知。
bot-wrong-noted = 謝謝。已記錄下來，供規則編寫者查看。
bot-wrong-known = 這裡已經回報過了，謝謝。
bot-button-old = 這個按鈕太舊了，我無法辨認它的用途。請改為輸入指令：/help
bot-failed = 沒有成功，問題出在我這邊。請稍後再試。
source-copy = 轉載
