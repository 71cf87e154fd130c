#pragma once
// One turn of a conversation: what was asked, with the way to ask differently, and one answer a model beside another.

#include "widgets/panels/tracecolors.h"

#include <QFrame>

#include <vector>

class QLabel;
class QToolButton;

namespace aha {

class Conversation;
class ReplyView;

class TurnView : public QFrame {
    Q_OBJECT
public:
    TurnView(const QString& user, int columns, QWidget* parent = nullptr);

    void present(const Conversation& conversation, int row);
    void setHeat(Heat heat);
    void setNames(const QStringList& names); ///< of the models; shown above the answers when there are two
    const std::vector<ReplyView*>& replies() const { return m_replies; }

Q_SIGNALS:
    void editRequested();
    void copyRequested(int column);
    void againRequested();

private:
    QLabel* m_user;
    std::vector<QLabel*> m_names;
    std::vector<ReplyView*> m_replies;
};

} // namespace aha
