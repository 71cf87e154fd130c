#pragma once
// What a configuration's batch comes to, in words, and the advice about it as a list. A click goes to the field.

#include "core/config/advice.h"

#include <QWidget>

class QLabel;
class QListWidget;

namespace aha {

class AdvicePane : public QWidget {
    Q_OBJECT
public:
    explicit AdvicePane(QWidget* parent = nullptr);

    void setAdvice(const RunConfig& config, const std::vector<Advice>& advice, int64_t dataRows);

Q_SIGNALS:
    void fieldPicked(const QString& path);

private:
    QLabel *m_batch, *m_none;
    QListWidget* m_list;
};

} // namespace aha
