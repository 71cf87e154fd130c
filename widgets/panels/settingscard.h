#pragma once
// One group of settings, with how many of it are not shown at the right of its title: there it takes no line.

#include <QGroupBox>

class QLabel;

namespace aha {

class SettingsCard : public QGroupBox {
    Q_OBJECT
public:
    SettingsCard(const QString& title, QWidget* parent);

    void setMore(int hidden);

protected:
    void resizeEvent(QResizeEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    void place();

    QLabel* m_more;
    int m_hidden = 0;
};

} // namespace aha
